import Foundation
public import Notifications

/// What `belfry bench queue` found: each figure's median over the runs, and the least and the most of it.
public struct QueueReport: BenchmarkReport {
    struct Spread: Sendable, Equatable {
        var median: Double
        var least: Double
        var most: Double

        /// Nil of nothing.
        init?(_ values: [Double]) {
            let sorted = values.sorted()
            guard let first = sorted.first, let last = sorted.last else { return nil }
            (median, least, most) = (sorted[sorted.count / 2], first, last)
        }
    }

    /// A figure's name, in JSON a path of members, and how it reads in the table.
    struct Entry: Sendable {
        var name: String
        var title: String
        var decimals: Int
    }

    let runs: Int
    let spreads: [String: Spread]

    init(runs: [QueueFigures]) {
        self.runs = runs.count
        let names = Set(runs.flatMap(\.keys))
        spreads = Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                Spread(runs.compactMap { $0[name] }).map { (name, $0) }
            })
    }

    /// One object: the medians, and under `range` the least and the most of each, in the same shape.
    public var json: JSON {
        var object = JSONObject([("runs", JSON(runs))])
        var range = JSONObject()
        for entry in QueueReport.entries {
            guard let spread = spreads[entry.name] else { continue }
            let path = entry.name.split(separator: ".").map { String($0) }
            let bounds = [spread.least, spread.most].map { JSON.number(fixed($0, entry.decimals)) }
            object.set(.number(fixed(spread.median, entry.decimals)), at: path[...])
            range.set(.array(bounds), at: path[...])
        }
        object["range"] = .object(range)
        return .object(object)
    }

    /// For reading.
    public var table: String {
        let rows = QueueReport.entries.compactMap { entry in
            spreads[entry.name].map { spread in
                pad(entry.title, 52, left: true) + pad(fixed(spread.median, entry.decimals), 12)
                    + pad("\(fixed(spread.least, entry.decimals)) – \(fixed(spread.most, entry.decimals))", 22)
            }
        }
        let head = pad("", 52, left: true) + pad("median", 12) + pad("least – most", 22)
        return ([head] + rows).joined(separator: "\n") + "\n\nOver \(runs) run\(runs == 1 ? "" : "s")."
    }
}

extension JSONObject {
    fileprivate mutating func set(_ value: JSON, at path: ArraySlice<String>) {
        guard let name = path.first else { return }
        guard path.count > 1 else { return self[name] = value }
        var inner = self[name]?.object ?? JSONObject()
        inner.set(value, at: path.dropFirst())
        self[name] = .object(inner)
    }
}
