import ArgumentParser
import Foundation
import Notifications

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the settings, the two servers and this machine.",
        discussion: """
            Says of everything that Belfry's promises rest on whether it is so, and what to do where it is not. Changes \
            nothing, and prints no secret. Ends with 1 when something fails; a warning alone is no failure.

            Example: belfry doctor --json | jq '.checks[] | select(.level != "ok")'
            """)

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        let findings = await Doctor(environment: ProcessInfo.processInfo.environment).findings()
        let hasFailed = findings.contains { $0.level == .fail }
        if json {
            let report: JSON = ["ok": .bool(!hasFailed), "checks": .array(findings.map(\.json))]
            try Output.put(lines: [report.text])
        } else {
            try Output.put(lines: DoctorCommand.lines(findings, on: .current))
        }
        if hasFailed { throw ExitCode.failure }
    }

    /// A line for each finding, followed by what to do about it.
    static func lines(_ findings: [Finding], on terminal: Terminal) -> [String] {
        let nameWidth = findings.map(\.check.count).max() ?? 0
        let lines = findings.flatMap { finding in
            let level = finding.level.rawValue
            let mark = StyledText(level, finding.level.style).painted(terminal.hasColor)
            let name = finding.check.padding(toLength: nameWidth, withPad: " ", startingAt: 0)
            let gap = String(repeating: " ", count: 6 - level.count)
            return ["\(mark)\(gap)\(name)  \(finding.found.printable)"]
                + (finding.advice.map { ["      → \($0)"] } ?? [])
        }
        let counts = Finding.Level.allCases.map { level in "\(findings.count { $0.level == level }) \(level.rawValue)" }
        return lines + ["", counts.joined(separator: ", ")]
    }
}

extension Finding.Level {
    fileprivate var style: StyledText.Style {
        switch self {
        case .ok: .good
        case .warn: .waiting
        case .fail: .bad
        }
    }
}
