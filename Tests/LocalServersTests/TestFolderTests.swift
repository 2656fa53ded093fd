import Foundation
import LocalServers
import Testing

@testable import TestSupport

@Suite struct TestFolderTests {
    @Test func folderOfADeadTestProcessIsRemovedWithItsServers() async throws {
        let scratch = try ScratchFolder()
        let dead = try ChildProcess(executable: "true")
        #expect(await dead.waitForExit().isSuccess)
        let folder = TestFolder(parent: scratch.path, processIdentifier: dead.processIdentifier)
        try folder.make()
        let redis = try await LocalRedis.start(directory: folder.redis, durable: false)
        TestFolder.reapDead(in: scratch.path)
        #expect(await redis.waitForExit() == .exited(0))
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func folderOfALiveProcessIsLeftAlone() async throws {
        let scratch = try ScratchFolder()
        let alive = try ChildProcess(executable: "sleep", arguments: ["600"], output: .file("/dev/null"))
        let folder = TestFolder(parent: scratch.path, processIdentifier: alive.processIdentifier)
        try folder.make()
        TestFolder.reapDead(in: scratch.path)
        #expect(FileManager.default.fileExists(atPath: folder.path))
        folder.remove()
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        await alive.stop(grace: .seconds(5))
    }
}
