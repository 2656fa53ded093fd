import API
import Foundation
import LocalServers
import Notifications
import Synchronization
import Testing

/// [Schemathesis](https://schemathesis.readthedocs.io) makes requests out of the description, good ones and bad ones, and
/// compares what it is answered with what is described: status, type, headers, body, keys that are not asked for, methods
/// that should not be there, data that should have been refused. `bin/schemathesis` runs it for longer.
@Suite(.timeLimit(.minutes(10))) struct SchemathesisTests {
    @Test func theAPIDoesWhatItsDescriptionSays() async throws {
        try await withAPI(configure: { $0.providers = [.email: ["smtp"]] }) { api in
            let key = try await api.makeKey().text
            let client = Client(url: api.url, key: key)
            _ = try await client.send("PUT", "/v1/users/u42", ["email": "ada@example.org"])
            let lines = Mutex<[String]>([])
            let environment = ["BELFRY_URL": api.url, "BELFRY_KEY": key, "NO_COLOR": "1", "COLUMNS": "120"]
            let child = try ChildProcess(
                executable: Self.program,
                arguments: ["--generation-deterministic", "--max-examples", "3"],
                environment: environment.merging(ProcessInfo.processInfo.environment) { mine, _ in mine },
                output: .lines { line in lines.withLock { $0.append(line) } })
            let status = await child.waitForExit()
            let report = lines.withLock { $0.joined(separator: "\n") }
            #expect(status == .exited(0), "\(report)")
            #expect(report.contains("No issues found"), "\(report)")
        }
    }

    private static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "bin/schemathesis").path
}
