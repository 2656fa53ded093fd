import Foundation
import LocalServers
import TestSupport
import Testing

@Suite struct LocalRedisTests {
    @Test func serverAnswersOnItsSocketWithTheSettingsWeNeed() async throws {
        let folder = try ScratchFolder()
        let redis = try await LocalRedis.start(
            directory: "\(folder.path)/redis", durable: false, settings: ["maxmemory": "64mb"])
        #expect(redis.url == "redis+unix://\(folder.path)/redis/redis.sock")
        #expect(try await redis.command("config", "get", "maxmemory-policy") == ["maxmemory-policy", "noeviction"])
        #expect(try await redis.command("config", "get", "appendonly") == ["appendonly", "no"])
        #expect(try await redis.command("config", "get", "maxmemory") == ["maxmemory", "67108864"])
        await redis.stop()
        #expect(await !redis.isRunning)
        #expect(await redis.waitForExit() == .exited(0))
    }

    @Test func durableServerKeepsItsDataOverKillAndRestart() async throws {
        let folder = try ScratchFolder()
        let redis = try await LocalRedis.start(directory: folder.path)
        let first = await redis.processIdentifier
        #expect(try await redis.command("set", "word", "kept") == ["OK"])
        await redis.kill()
        #expect(await redis.waitForExit() == .signaled(SIGKILL))
        try await redis.restart()
        #expect(await redis.processIdentifier != first)
        #expect(try await redis.command("get", "word") == ["kept"])
        await redis.stop()
    }

    @Test func restartWorksAfterStopAndWhileRunning() async throws {
        let folder = try ScratchFolder()
        let redis = try await LocalRedis.start(directory: folder.path, durable: false)
        try await redis.restart()
        await redis.stop()
        try await redis.restart()
        #expect(try await redis.command("ping") == ["PONG"])
        await redis.stop()
    }

    @Test func serverOfADeadParentIsStoppedFirst() async throws {
        let folder = try ScratchFolder()
        let leftover = try ChildProcess(
            executable: "redis-server",
            arguments: [
                "--port", "0", "--dir", folder.path, "--pidfile", "\(folder.path)/redis.pid", "--unixsocket",
                "\(folder.path)/redis.sock", "--set-proc-title", "no",
            ], output: .file("/dev/null"))
        try await eventually("the leftover wrote its pid file") {
            FileManager.default.contents(atPath: "\(folder.path)/redis.pid")?.isEmpty == false
        }
        let redis = try await LocalRedis.start(directory: folder.path, durable: false)
        #expect(await leftover.waitForExit() == .exited(0))
        #expect(try await redis.command("ping") == ["PONG"])
        await redis.stop()
    }

    @Test func pidFileThatNamesAnotherProcessIsIgnored() async throws {
        let folder = try ScratchFolder()
        let stranger = try ChildProcess(executable: "sleep", arguments: ["600"], output: .file("/dev/null"))
        try "\(stranger.processIdentifier)\n".write(
            toFile: "\(folder.path)/redis.pid", atomically: true, encoding: .utf8)
        let redis = try await LocalRedis.start(directory: folder.path, durable: false)
        #expect(stranger.isRunning)
        await stranger.stop(grace: .seconds(5))
        await redis.stop()
    }

    @Test func folderOfALiveServerIsRefused() async throws {
        let folder = try ScratchFolder()
        let redis = try await LocalRedis.start(directory: folder.path, durable: false)
        await #expect(throws: LocalServerError.folderInUse(path: folder.path)) {
            try await LocalRedis.start(directory: folder.path, durable: false)
        }
        #expect(try await redis.command("ping") == ["PONG"])
        await redis.stop()
    }

    @Test func socketOfADeepFolderMovesToAShortOne() async throws {
        let folder = try ScratchFolder()
        let deep = "\(folder.path)/\(String(repeating: "d", count: 120))"
        let redis = try await LocalRedis.start(directory: deep, durable: false)
        #expect(redis.socketPath.hasPrefix("/tmp/belfry-"))
        #expect(redis.socketPath.utf8.count < 60)
        #expect(try await redis.command("ping") == ["PONG"])
        await redis.stop()
        let socketFolder = URL(fileURLWithPath: redis.socketPath).deletingLastPathComponent().path
        #expect(!FileManager.default.fileExists(atPath: socketFolder))
    }

    @Test func refusedSettingShowsTheServersOwnWords() async throws {
        let folder = try ScratchFolder()
        let error = await #expect(throws: LocalServerError.self) {
            try await LocalRedis.start(directory: folder.path, settings: ["maxmemory-policy": "no-such-policy"])
        }
        guard case .endedEarly("Redis", .exited(1), let log) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(log.contains("maxmemory-policy"))
    }

    @Test func cancelledStartLeavesNoServer() async throws {
        let folder = try ScratchFolder()
        let start = Task { try await LocalRedis.start(directory: folder.path, durable: false) as LocalRedis }
        start.cancel()
        await #expect(throws: LocalServerError.cancelled) { try await start.value }
        let pidFile = "\(folder.path)/redis.pid"
        #expect(!FileManager.default.fileExists(atPath: pidFile))
    }
}
