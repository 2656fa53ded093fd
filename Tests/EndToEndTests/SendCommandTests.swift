import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// `belfry send`, as somebody uses it.
@Suite(.timeLimit(.minutes(2))) struct SendCommandTests {
    private func prepare(_ belfry: Installation) async throws -> [String: String] {
        let url = try await belfry.startAPI().url
        let key = try await belfry.makeKey()
        _ = try await belfry.startWorker()
        let user = try await Client(url: url, key: key).send(
            "PUT", "/v1/users/u42",
            ["email": "a@example.com", "devices": [["id": "phone", "route": "push.fcm", "token": "t0ken"]]])
        #expect(user.status == 201)
        return ["BELFRY_URL": url, "BELFRY_KEY": key]
    }

    @Test func theStatusIsWatchedUntilEverythingIsSent() async throws {
        let belfry = try await Installation.start()
        let environment = try await prepare(belfry)
        let send = [
            "send", "--to", "u42", "--channels", "push,inApp", "--title", "Order shipped", "--body",
            "It is on its way.",
        ]
        let plain = try await belfry.run(send, environment)
        #expect(plain.status == .exited(0), "\(plain.output)")
        #expect(plain.output.first?.hasPrefix("accepted 0") == true, "\(plain.output)")
        #expect(plain.output.contains("push phone: sent (by simulator)") && plain.output.contains("inApp: unread"))
        #expect(!plain.output.joined().contains("\u{1B}"))

        let json = try await belfry.run(send + ["--json"], environment)
        #expect(json.status == .exited(0) && json.output.count == 1)
        #expect(try JSON(parsing: json.output.joined())["channels"]?["push"]?["status"] == "sent")

        let unwatched = try await belfry.run(send + ["--no-watch"], environment)
        #expect(unwatched.status == .exited(0) && unwatched.output.contains("push: pending"))

        let narrow = PseudoTerminal(columns: 50, environment: environment)
        let screen = try await narrow.run(send)
        #expect(screen.status == .exited(0), "\(screen.output)")
        // The last of the blocks that were written over each other.
        let last = screen.output.components(separatedBy: "\u{1B}[J").last ?? ""
        #expect(last.contains("  phone") && last.contains("\u{1B}[32msent\u{1B}[0m") && !last.contains("pending"))
        #expect(screen.output.contains("pending"), "it was seen to climb")
        await belfry.stop()
    }

    @Test func whatFailedEndsWithOne() async throws {
        let belfry = try await Installation.start(
            simulator: "latency=1ms,retry=1", settings: ["BELFRY_MAX_ATTEMPTS": "2"])
        let environment = try await prepare(belfry)
        let failed = try await belfry.run(["send", "--email", "a@example.com", "--title", "x"], environment)
        #expect(failed.status == .exited(1), "\(failed.output)")
        #expect(failed.output.contains { $0.hasPrefix("email: failed (by simulator, attempt 2") }, "\(failed.output)")
        await belfry.stop()
    }

    @Test func whatIsWrongIsSaidWithWhatToDo() async throws {
        let belfry = try await Installation.start()
        let url = try await belfry.startAPI().url
        let environment = ["BELFRY_URL": url, "BELFRY_KEY": try await belfry.makeKey()]
        let send = ["send", "--email", "a@example.com", "--title", "x"]
        let priority = try await belfry.run(send + ["--priority", "soon"], environment)
        #expect(priority.status == .exited(1) && priority.output.joined().contains("priority must be one of critical"))
        let key = try await belfry.run(send + ["--key", "bf_live_wrong"], environment)
        #expect(key.status == .exited(1) && key.output.joined().contains("belfry keys create"))
        let nobody = try await belfry.run(send + ["--url", "http://127.0.0.1:1"], environment)
        #expect(nobody.status == .exited(1) && nobody.output.joined().contains("belfry up"))
        // Nobody works here.
        let stuck = try await belfry.run(send + ["--timeout", "1s"], environment)
        #expect(stuck.status == .exited(1) && stuck.output.joined().contains("After 1s it is still pending"))
        let tomorrow = Timestamp.text(Date().addingTimeInterval(86400))
        let later = try await belfry.run(send + ["--send-at", tomorrow], environment)
        #expect(later.status == .exited(0), "\(later.output)")
        await belfry.stop()
    }

    @Test func aTopicIsWatchedUntilItsSubscribersAreRead() async throws {
        let belfry = try await Installation.start()
        let environment = try await prepare(belfry)
        let client = Client(url: environment["BELFRY_URL"] ?? "", key: environment["BELFRY_KEY"] ?? "")
        #expect(try await client.send("PUT", "/v1/topics/news", [:]).status == 201)
        let users: JSON = ["userIds": ["u42", "nobody"]]
        #expect(try await client.send("PUT", "/v1/topics/news/subscribers", users).status == 200)
        let send = ["send", "--topic", "news", "--channels", "push", "--title", "This week"]
        let plain = try await belfry.run(send, environment)
        #expect(plain.status == .exited(0), "\(plain.output)")
        #expect(plain.output.first?.hasPrefix("accepted 0") == true, "\(plain.output)")
        #expect(plain.output.last == "done: 2 of 2 read; notifications: 1; skipped: unknownUser 1")
        let json = try await belfry.run(send + ["--json"], environment)
        #expect(json.status == .exited(0) && json.output.count == 1, "\(json.output)")
        #expect(try JSON(parsing: json.output.joined())["status"] == "done")
        let unwatched = try await belfry.run(send + ["--no-watch"], environment)
        #expect(unwatched.status == .exited(0) && unwatched.output.count == 2, "\(unwatched.output)")
        let unknown = try await belfry.run(["send", "--topic", "old", "--title", "x"], environment)
        #expect(unknown.status == .exited(1) && unknown.output.joined().contains("to.topic is not a known topic"))
        await belfry.stop()
    }

    @Test func aListIsAnsweredByItsIdsAndAKeyIsAcceptedOnce() async throws {
        let belfry = try await Installation.start()
        let environment = try await prepare(belfry)
        let file = "\(belfry.folder)/request.json"
        try #"{"to":[{"userId":"u42"},{"userId":"nobody"}],"channels":["email"],"title":"x"}"#
            .write(toFile: file, atomically: true, encoding: .utf8)
        let list = try await belfry.run(["send", "--file", file], environment)
        #expect(list.status == .exited(1))
        #expect(list.output.count == 3 && list.output[1].hasSuffix("pending"), "\(list.output)")
        #expect(list.output[2].hasSuffix("to[1].userId is not a known user"), "\(list.output)")

        let once = ["send", "--file", "-", "--to", "u42", "--idempotency-key", "k1", "--json"]
        let script = "printf '{\"title\":\"x\"}' | \"$0\" \"$@\""
        var ids: [String?] = []
        for _ in 1...2 {
            let output = Lines()
            let child = try ChildProcess(
                executable: "/bin/sh", arguments: ["-c", script, Installation.binary] + once, environment: environment,
                output: .lines { output.add($0) })
            #expect(await child.waitForExit() == .exited(0), "\(output.all)")
            ids.append(try JSON(parsing: output.all.last ?? "")["id"]?.string)
        }
        #expect(ids[0] != nil && ids[0] == ids[1])
        await belfry.stop()
    }
}
