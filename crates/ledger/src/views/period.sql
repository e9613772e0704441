SELECT period, granularity, starts_at, ends_at, days FROM every_period WHERE granularity IN ({periods})
