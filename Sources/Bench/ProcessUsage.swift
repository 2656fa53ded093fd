import Foundation

/// What processes have used, read from `/proc`.
struct ProcessUsage: Sendable, Hashable {
    /// User and system time.
    var cpu: Duration
    /// Resident now, in bytes.
    var residentBytes: Int
    /// The most that was resident at once, in bytes.
    var peakResidentBytes: Int

    /// Of one process; with its children, living and ended, if asked. Nil if there is no such process.
    ///
    /// **Source:** proc(5), `/proc/[pid]/stat` and `/proc/[pid]/status`.
    init?(processIdentifier: Int32, withChildren: Bool = false) {
        guard let own = ProcessUsage.ticks(of: processIdentifier) else { return nil }
        var ticks = own.used
        if withChildren {
            ticks += own.ofEndedChildren
            for child in ProcessUsage.children(of: processIdentifier) {
                ticks += ProcessUsage.ticks(of: child)?.used ?? 0
            }
        }
        cpu = .seconds(Double(ticks) / Double(sysconf(CInt(_SC_CLK_TCK))))
        let status = (try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)) ?? ""
        residentBytes = ProcessUsage.kibibytes("VmRSS:", in: status) * 1024
        peakResidentBytes = ProcessUsage.kibibytes("VmHWM:", in: status) * 1024
    }

    private static func ticks(of process: Int32) -> (used: Int, ofEndedChildren: Int)? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let nameEnd = text.lastIndex(of: ")")
        else { return nil }
        // The third field follows the name, which may hold spaces.
        let fields = text[text.index(after: nameEnd)...].split(separator: " ").compactMap { Int($0) }
        // The state is no number, so field n of the page stands at n - 4.
        guard fields.count > 13 else { return nil }
        return (fields[10] + fields[11], fields[12] + fields[13])
    }

    private static func children(of process: Int32) -> [Int32] {
        let text = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
        return (text ?? "").split(separator: " ").compactMap { Int32($0) }
    }

    private static func kibibytes(_ name: String, in status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
