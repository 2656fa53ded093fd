public import Notifications

/// What `belfry bench lists` found.
public struct ListsReport: BenchmarkReport {
    let rows: Int
    let reads: Int
    var filling = ListsFilling.Figures()
    var figures: [ListRead.Figures] = []
    /// What the words of one notification took.
    var indexingMicros: Double?
    /// Notifications a second that the plainest SQL writes into the full database.
    var floorPerSecond: Double?
    /// Of its status writes.
    var hotShare: Double?
    /// As Postgres logged them; empty unless asked for.
    public internal(set) var plans = ""

    init(rows: Int, reads: Int) {
        self.rows = rows
        self.reads = reads
    }

    public var json: JSON {
        [
            "rows": JSON(rows), "reads": JSON(reads),
            "lists": .object(
                JSONObject(
                    figures.map { figure in
                        (figure.name, ["ms": .figure(figure.milliseconds), "found": .figure(figure.found, 1)])
                    })),
            "fillSeconds": .figure(filling.seconds, 1),
            "indexSeconds": .figures(filling.indexes.mapValues(\.seconds), 1),
            "indexMiB": .figures(filling.indexes.mapValues { Double($0.bytes) / 1_048_576 }, 1),
            "indexingMicros": .figure(indexingMicros, 1), "hotShare": .figure(hotShare, 3),
            "floorPerSecond": .figure(floorPerSecond, 0),
        ]
    }

    /// For reading.
    public var table: String {
        let heading = pad("\(rows) notifications", 40, left: true) + pad("p50 / p95 / p99 ms", 26) + pad("found", 8)
        let lists = figures.map { figure in
            pad(figure.name, 40, left: true) + pad(fixed(figure.milliseconds), 26) + pad(fixed(figure.found, 1), 8)
        }
        let indexes = filling.indexes.sorted { $0.key < $1.key }.map { name, made in
            pad("\(name), made in s / MiB", 40, left: true)
                + pad("\(fixed(made.seconds, 1)) / \(made.bytes / 1_048_576)", 26)
        }
        let writes = [
            pad("indexing what one says, µs", 40, left: true) + pad(fixed(indexingMicros, 1), 26),
            pad("heap-only share of status writes", 40, left: true) + pad(fixed(hotShare, 2), 26),
            pad("plainest SQL, notifications/s", 40, left: true) + pad(fixed(floorPerSecond, 0), 26),
        ]
        return ([heading] + lists + indexes + writes).joined(separator: "\n")
            + "\n\nEach list read \(reads) times, 20 notifications a page, one read after the other."
            + (plans.isEmpty ? "" : "\n\n\(plans)")
    }
}
