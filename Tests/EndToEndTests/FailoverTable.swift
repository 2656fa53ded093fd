import Foundation

/// Who sent how much in each second of a failover, and how the first provider's circuit was.
struct FailoverTable {
    private struct Row {
        /// In their order, each once in a row.
        var circuit: [String] = []
        var sent = 0
        var failed = 0
        var backup = 0
    }

    private var rows: [Row] = []

    /// All times are unix seconds; the table begins with the first one.
    /// - Parameters:
    ///   - circuit: what it was, whenever somebody looked.
    ///   - first: its calls, and whether they went well.
    ///   - backup: what the other one sent.
    init(circuit: [(at: Double, state: String)], first: [(at: Double, isWell: Bool)], backup: [Double]) {
        let times = circuit.map(\.at) + first.map(\.at) + backup
        guard let start = times.min(), let end = times.max() else { return }
        rows = Array(repeating: Row(), count: Int(end - start) + 1)
        for look in circuit {
            let second = Int(look.at - start)
            if rows[second].circuit.last != look.state { rows[second].circuit.append(look.state) }
        }
        for call in first {
            if call.isWell { rows[Int(call.at - start)].sent += 1 } else { rows[Int(call.at - start)].failed += 1 }
        }
        for time in backup { rows[Int(time - start)].backup += 1 }
    }

    var text: String {
        let lines = rows.enumerated().map { second, row in
            "| \(second) | \(row.circuit.joined(separator: ", ")) | \(row.sent) | \(row.failed) | \(row.backup) |"
        }
        let head = [
            "| second | circuit | sent by the first | failed there | sent by the backup |", "|---|---|---|---|---|",
        ]
        return (head + lines).joined(separator: "\n")
    }
}
