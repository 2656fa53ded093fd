import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// `belfry keys`, on the database itself.
@Suite(.timeLimit(.minutes(2))) struct KeysCommandTests {
    @Test func aKeyIsMadeListedRotatedAndRevoked() async throws {
        let belfry = try await Installation.start()
        let made = try await belfry.run("keys", "create", "--name", "back\u{1B}end", "--scopes", "send,read", "--json")
        let old = try JSON(parsing: made.output.joined())
        let id = try #require(old["id"]?.string)
        #expect(old["key"]?.string?.hasPrefix("bf_live_\(id)_") == true && old["state"] == "valid")
        #expect(old["scopes"] == ["read", "send"])

        let rotated = try await belfry.run("keys", "rotate", id, "--overlap", "1h")
        #expect(rotated.status == .exited(0), "\(rotated.output)")
        let newId = try #require(rotated.output.first { $0.hasPrefix("bf_live_") }?.split(separator: "_")[2])
        #expect(rotated.output.contains { $0.hasPrefix("\(id) is good until 20") })
        let url = try await belfry.startAPI().url
        for key in [old["key"]?.string ?? "", rotated.output.first { $0.hasPrefix("bf_live_") } ?? ""] {
            let answer = try await Client(url: url, key: key).send("GET", "/v1/users/nobody")
            #expect(answer.status == 404, "both are good meanwhile")
        }

        let revoked = try await belfry.run("keys", "revoke", id)
        #expect(revoked.status == .exited(0) && revoked.output == ["revoked \(id)"])
        let list = try await belfry.run("keys", "list")
        #expect(list.output.count == 3 && list.output[0].hasPrefix("ID  "), "\(list.output)")
        #expect(list.output[1].hasPrefix("\(id)  revoked  default  read,send"), "\(list.output)")
        #expect(list.output[2].hasPrefix("\(newId)  valid    default  read,send"), "\(list.output)")
        #expect(list.output[1].hasSuffix("back�end"))
        let items = try JSON(parsing: try await belfry.run("keys", "list", "--json").output.joined())["items"]
        #expect(items?.array?.map { $0["state"]?.string } == ["revoked", "valid"])
        #expect(items?.array?.allSatisfy { $0["key"] == nil } == true)

        for arguments in [["keys", "rotate", id], ["keys", "revoke", "none"]] {
            let refused = try await belfry.run(arguments, [:])
            #expect(refused.status == .exited(1) && refused.output.joined().contains("belfry keys list"))
        }
        await belfry.stop()
    }

    /// As `belfry keys list | head -0` would.
    @Test func aReaderThatGoesAwayIsNoError() async throws {
        let belfry = try await Installation.start()
        _ = try await belfry.makeKey()
        let script = """
            import os, subprocess, sys
            reading, writing = os.pipe()
            os.close(reading)
            ended = subprocess.run(sys.argv[1:], stdout=writing, stderr=subprocess.PIPE)
            print(ended.returncode, ended.stderr)
            """
        let lines = Lines()
        let child = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: ["python3", "-c", script, Installation.binary, "keys", "list"],
            environment: [
                "BELFRY_DATABASE_URL": belfry.postgres.url, "BELFRY_REDIS_URL": belfry.redis.url,
                "PATH": "/usr/bin:/bin:/usr/local/bin",
            ], output: .lines { lines.add($0) })
        #expect(await child.waitForExit() == .exited(0))
        #expect(lines.all == ["0 b''"])
        await belfry.stop()
    }
}
