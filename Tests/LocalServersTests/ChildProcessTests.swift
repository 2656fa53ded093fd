import Foundation
import LocalServers
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    @Test func everyLineOfBothOutputsIsHandedOverBeforeTheExit() async throws {
        let lines = Recorder()
        let child = try ChildProcess(
            executable: "sh", arguments: ["-c", "echo one; echo two >&2; printf '%s' \"$WORD\"; exit 7"],
            environment: ["WORD": "three", "PATH": "/usr/bin:/bin"], output: .lines { lines.append($0) })
        #expect(await child.waitForExit() == .exited(7))
        #expect(lines.all == ["one", "two", "three"])
        #expect(!child.isRunning)
        #expect(child.exitStatus == .exited(7))
    }

    @Test func terminateEndsTheChildBySignal() async throws {
        let child = try ChildProcess(executable: "sleep", arguments: ["600"], output: .file("/dev/null"))
        #expect(child.isRunning)
        #expect(await child.waitForExit(within: .milliseconds(1)) == nil)
        child.terminate()
        #expect(await child.waitForExit() == .signaled(SIGTERM))
        #expect(await child.waitForExit(within: .zero) == .signaled(SIGTERM))
    }

    @Test func childThatIgnoresSIGTERMIsKilledAfterItsGrace() async throws {
        let lines = Recorder()
        let child = try ChildProcess(
            executable: "sh", arguments: ["-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"],
            output: .lines { lines.append($0) })
        try await eventually("the trap is set") { lines.all == ["ready"] }
        #expect(await child.stop(grace: .milliseconds(50)) == .signaled(SIGKILL))
    }

    @Test func signalsIgnoredByTheParentAreNotIgnoredByTheChild() async throws {
        signal(SIGUSR2, SIG_IGN)
        let child = try ChildProcess(executable: "sleep", arguments: ["600"], output: .file("/dev/null"))
        child.send(SIGUSR2)
        #expect(await child.stop(signal: SIGUSR2, grace: .seconds(5)) == .signaled(SIGUSR2))
    }

    @Test func childLeadsItsOwnProcessGroup() async throws {
        let child = try ChildProcess(executable: "sleep", arguments: ["600"], output: .file("/dev/null"))
        #expect(getpgid(child.processIdentifier) == child.processIdentifier)
        child.kill()
        #expect(await child.waitForExit() == .signaled(SIGKILL))
    }

    @Test func outputIsAppendedToItsFile() async throws {
        let folder = try ScratchFolder()
        let file = "\(folder.path)/out.txt"
        for word in ["first", "second"] {
            let child = try ChildProcess(executable: "echo", arguments: [word], output: .file(file))
            #expect(await child.waitForExit().isSuccess)
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "first\nsecond\n")
    }

    @Test func noDescriptorOfOursReachesTheChild() async throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let lines = Recorder()
        let child = try ChildProcess(
            executable: "sh", arguments: ["-c", "test -e /proc/$$/fd/\(descriptor) && echo open || echo closed"],
            output: .lines { lines.append($0) })
        #expect(await child.waitForExit().isSuccess)
        #expect(lines.all == ["closed"])
    }

    @Test func missingProgramIsAnError() throws {
        #expect(throws: LocalServerError.spawnFailed(executable: "/no/such/program", code: ENOENT)) {
            try ChildProcess(executable: "/no/such/program")
        }
    }

    @Test func everyWaiterIsToldOfTheExit() async throws {
        let child = try ChildProcess(executable: "sleep", arguments: ["600"], output: .file("/dev/null"))
        let statuses = await withTaskGroup(of: ExitStatus.self) { group in
            for _ in 0..<10 { group.addTask { await child.waitForExit() } }
            child.kill()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: .signaled(SIGKILL), count: 10))
    }
}
