SELECT period, week, starts_at, ends_at FROM every_week WHERE granularity IN ({periods})
