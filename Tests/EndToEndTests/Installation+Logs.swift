import Foundation
import Notifications
import TestSupport
import Testing

extension Installation {
    /// The log lines that processes of a role have written so far.
    func log(of role: String) throws -> [JSON] {
        let text = (try? String(contentsOfFile: "\(folder)/\(role).log", encoding: .utf8)) ?? ""
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    /// The first log line of a role that fits, once it is there.
    func logLine(of role: String, where fits: (JSON) -> Bool) async throws -> JSON {
        try await eventually(within: .seconds(30), "a line in the \(role)'s log") {
            try log(of: role).contains(where: fits)
        }
        return try #require(try log(of: role).first(where: fits))
    }

    /// Where a worker or scheduler serves health and metrics.
    func operationsURL(of role: String) async throws -> String {
        let line = try await logLine(of: role) { $0["message"] == "health and metrics are served" }
        return try #require(line["url"]?.string)
    }
}
