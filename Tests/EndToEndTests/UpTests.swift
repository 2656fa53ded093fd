import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// `belfry up`, as somebody tries it who has just cloned the repository.
@Suite(.timeLimit(.minutes(2))) struct UpTests {
    @Test func thePrintedCurlDeliversAndCtrlCStopsEverything() async throws {
        let folder = "/tmp/belfry-up-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (first, output) = try await up(folder)
        let text = output.all.joined(separator: "\n")
        let client = try caller(from: text)

        let posted = try await paste(text)
        let id = try #require(posted["id"]?.string)
        try await eventually("every channel is done") {
            let channels = try await client.document(id)["channels"]
            return channels?["push"]?["status"] == "sent" && channels?["webhook"]?["status"] == "sent"
                && channels?["inApp"]?["status"] == "unread"
        }
        _ = try await output.first { $0.contains("webhook receiver got") }
        try await send(exported(by: text))
        try await examine(text)

        first.send(SIGINT)
        #expect(await first.waitForExit(within: .seconds(30)) == .exited(0), "\(output.all.suffix(10))")
        for server in ["postgres", "redis"] {
            let left = try await processes(mentioning: "\(folder)/\(server)")
            #expect(left.isEmpty, "\(left)")
        }

        let (second, again) = try await up(folder)
        let kept = try caller(from: again.all.joined(separator: "\n"))
        #expect(kept.key == client.key)
        #expect(try await kept.status(id, "push") == "sent", "what was sent is kept between runs")
        await second.stop(signal: SIGINT, grace: .seconds(30))
    }

    /// The environment after the two printed lines were pasted.
    private func exported(by text: String) throws -> [String: String] {
        let pairs = text.matches(of: /export (BELFRY_\w+)='(\S+)'/).map { (String($0.1), String($0.2)) }
        #expect(pairs.map(\.0) == ["BELFRY_URL", "BELFRY_KEY"])
        return Dictionary(pairs) { $1 }
    }

    private func send(_ environment: [String: String]) async throws {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["send", "--to", "demo", "--title", "Hello"],
            environment: environment, output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        #expect(output.all.contains("push phone: sent (by simulator)"), "\(output.all)")
    }

    /// Runs the printed `doctor`, which is all well but for what a trial need not have.
    private func examine(_ text: String) async throws {
        let path = try #require(text.firstMatch(of: /export (PATH='\S+':"\$PATH")/)?.1)
        let doctor = try #require(text.firstMatch(of: /\n +(BELFRY_DATABASE_URL='.+' belfry doctor)\n/)?.1)
        let output = Lines()
        let shell = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "\(path); \(doctor)"], output: .lines { output.add($0) })
        #expect(await shell.waitForExit() == .exited(0), "\(output.all)")
        #expect(output.all.last?.hasSuffix("0 fail") == true, "\(output.all)")
    }

    /// Whoever reads the printed address and key.
    private func caller(from text: String) throws -> Client {
        let url = try #require(text.firstMatch(of: /Belfry is up at (http:\/\/127.0.0.1:\d+)/)?.1)
        let key = try #require(text.firstMatch(of: /API key: (bf_live_\S+)/)?.1)
        return Client(url: String(url), key: String(key))
    }

    private func up(_ folder: String) async throws -> (ChildProcess, Lines) {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["up", "--data", folder, "--port", "0"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        _ = try await output.first { $0.contains("Ctrl-C stops everything") }
        return (child, output)
    }

    /// Runs the second of the printed commands in a shell, as it stands.
    private func paste(_ text: String) async throws -> JSON {
        let start = try #require(text.range(of: "  curl -s -X POST"))
        let command = text[start.lowerBound...]
        let end = try #require(command.range(of: "'\n\nCtrl-C"))
        let output = Lines()
        let shell = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", String(command[..<end.lowerBound]) + "'"],
            output: .lines { output.add($0) })
        #expect(await shell.waitForExit() == .exited(0), "\(output.all)")
        return try JSON(parsing: output.all.joined())
    }

    private func processes(mentioning text: String) async throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            guard Int32(name) != nil else { return nil }
            let line = (try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)) ?? ""
            return line.contains(text) ? line : nil
        }
    }
}
