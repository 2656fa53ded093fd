import ArgumentParser
import Foundation
import SettingsReading

struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "List every setting with its form, default and present value.")

    func run() async throws {
        var reader = SettingsReader(ProcessInfo.processInfo.environment)
        _ = Settings(&reader)
        for entry in reader.entries {
            say("\(entry.name)\n    \(entry.about)\n    \(entry.form); default: \(entry.fallback); now: \(entry.value)")
        }
        for problem in reader.problems { say("! \(problem)") }
    }
}
