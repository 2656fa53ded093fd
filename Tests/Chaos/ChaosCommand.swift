import ArgumentParser
import Foundation

/// `bin/chaos`: Belfry under attack, and the judgement on it.
@main struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos", abstract: "Break what Belfry stands on, and judge what it promised.",
        subcommands: [RunCommand.self, JudgeCommand.self])
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Carry out runs, one after the other; all of them unless named.")

    @Argument(help: "Which: \(ChaosRun.allCases.map(\.rawValue).joined(separator: ", ")).")
    var runs: [String] = []

    @Option(help: "How long each is, at full load. Default: a few seconds of light load.")
    var seconds: Double?

    @Option(help: "Repeats the same decisions; one and the same by default.")
    var seed: UInt64 = 1

    @Option(help: "The belfry to attack. Default: the one beside this program.")
    var binary: String?

    @Option(help: "Where the histories are kept.")
    var folder: String = "/tmp/belfry-chaos"

    func validate() throws {
        for run in runs where ChaosRun(rawValue: run) == nil { throw ValidationError("There is no run '\(run)'.") }
        if let seconds, !(1...3600).contains(seconds) { throw ValidationError("--seconds must be 1…3600") }
    }

    func run() async throws {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "belfry").path
        let chosen = runs.isEmpty ? ChaosRun.allCases : runs.compactMap(ChaosRun.init)
        var total = Total()
        for run in chosen {
            let place = "\(folder)/\(run.rawValue)-\(seed)-\(Int(Date.now.timeIntervalSince1970))"
            let verdict = try await Campaign(
                run: run, seed: seed, scale: seconds.map { .long(seconds: $0) } ?? .short, folder: place,
                binary: binary ?? beside
            ).carryOut()
            print(verdict.json)
            total.add(verdict)
        }
        if chosen.count > 1 { print(total.sentence) }
        if !total.hasPassed { throw ExitCode.failure }
    }
}

struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Judge histories again that lie in these folders.")

    @Argument(help: "Folders of runs.")
    var folders: [String]

    func run() throws {
        var total = Total()
        for folder in folders {
            let verdict = Judge.verdict(on: try Histories(folder: folder))
            print(verdict.json)
            total.add(verdict)
        }
        if folders.count > 1 { print(total.sentence) }
        if !total.hasPassed { throw ExitCode.failure }
    }
}
