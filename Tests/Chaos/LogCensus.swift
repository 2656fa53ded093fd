import Foundation
import Notifications

/// Counts what the processes of a run logged, by message.
enum LogCensus {
    static func count(in folder: String) -> [String: Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var counts: [String: Int] = [:]
        for name in names where name.hasSuffix(".log") {
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            // A line may end in the middle where its process was killed.
            for line in data.split(separator: UInt8(ascii: "\n")) {
                guard let message = try? JSON(parsing: Array(line))["message"]?.string else { continue }
                counts[message, default: 0] += 1
            }
        }
        return counts
    }
}
