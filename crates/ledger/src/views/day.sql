SELECT period, week, day, starts_at, ends_at FROM every_day WHERE granularity IN ({periods})
