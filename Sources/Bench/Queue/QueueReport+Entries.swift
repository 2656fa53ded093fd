extension QueueReport {
    /// In the order of the table.
    static let entries: [Entry] =
        [
            Entry(name: "enqueuePerSecond.single", title: "enqueued a second, one by one", decimals: 0),
            Entry(name: "enqueuePerSecond.pipelined32", title: "… 32 at once", decimals: 0),
            Entry(name: "enqueuePerSecond.batch50", title: "… in batches of 50", decimals: 0),
            Entry(name: "enqueuePerSecond.batch500", title: "… in batches of 500", decimals: 0),
            Entry(name: "settledPerSecond.1", title: "claimed and settled a second, 1 process", decimals: 0),
            Entry(name: "settledPerSecond.2", title: "… 2 processes", decimals: 0),
            Entry(name: "settledPerSecond.4", title: "… 4 processes", decimals: 0),
            Entry(name: "floorSettledPerSecond", title: "… the scripts alone", decimals: 0),
            Entry(name: "floorRatio", title: "1 process as a share of the scripts alone", decimals: 2),
            Entry(name: "cpuMicrosPerJob.worker", title: "CPU µs a job, 1 worker process", decimals: 1),
            Entry(name: "cpuMicrosPerJob.redis", title: "… Redis", decimals: 1),
            Entry(name: "claimMicros.1000", title: "a claim of 64 among 1,000 in µs", decimals: 0),
            Entry(name: "claimMicros.1000000", title: "… among 1,000,000", decimals: 0),
            Entry(name: "bytesPerDelivery", title: "Redis bytes a waiting delivery", decimals: 0),
            Entry(name: "idleCommandsPerSecond", title: "Redis commands a second, idle, all routes", decimals: 2),
            Entry(name: "pickupMs.p50", title: "pick-up on idle in ms, p50", decimals: 2),
            Entry(name: "pickupMs.p95", title: "… p95", decimals: 2),
            Entry(name: "pickupMs.p99", title: "… p99", decimals: 2),
            Entry(
                name: "criticalBehindMillionMs.p50", title: "a critical one behind a million in ms, p50", decimals: 2),
            Entry(name: "criticalBehindMillionMs.p99", title: "… p99", decimals: 2),
            Entry(name: "smallTenantMs.p99", title: "a small tenant beside a million in ms, p99", decimals: 2),
            Entry(name: "smallTenantP99Ratio", title: "… as a multiple of without", decimals: 2),
            Entry(name: "rateMeanRatio", title: "rate kept by 20 workers, mean as a share", decimals: 3),
            Entry(name: "rateWorstSecond", title: "… the fullest second as a share of burst + rate", decimals: 3),
        ] + full

    private static let full: [Entry] =
        [1, 10, 64].map {
            Entry(name: "settledByBatch.\($0)", title: "settled a second in batches of \($0)", decimals: 0)
        }
        + FullProfile.loads.flatMap { load in
            [
                Entry(name: "pickupAtLoadMs.\(load).p50", title: "pick-up at \(load) % load in ms, p50", decimals: 2),
                Entry(name: "pickupAtLoadMs.\(load).p99", title: "… p99", decimals: 2),
            ]
        } + [
            Entry(name: "latenessMs.p99", title: "lateness of many due in one second in ms, p99", decimals: 1),
            Entry(name: "rebuildSeconds.1000000", title: "dropping and filling 1,000,000 anew in s", decimals: 1),
        ]
        + QueueSurroundings.allCases.flatMap { surroundings in
            [
                Entry(
                    name: "\(surroundings.rawValue).enqueuePerSecond",
                    title: "\(surroundings.title): enqueued a second",
                    decimals: 0),
                Entry(name: "\(surroundings.rawValue).settledPerSecond", title: "… settled, 1 process", decimals: 0),
                Entry(
                    name: "\(surroundings.rawValue).pickupMs.p50", title: "… pick-up on idle in ms, p50", decimals: 2),
                Entry(name: "\(surroundings.rawValue).pickupMs.p99", title: "… p99", decimals: 2),
            ]
        }
}
