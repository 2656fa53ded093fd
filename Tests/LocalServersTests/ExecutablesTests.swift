import LocalServers
import Testing

@Suite struct ExecutablesTests {
    @Test func missingRedisSaysWhatToInstall() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            try await LocalRedis.start(directory: "/tmp/belfry-never-made", executables: Executables(folders: []))
        }
        #expect(error == .programMissing(name: "redis-server", package: "redis-server"))
        #expect(error?.description.contains("apt-get install redis-server") == true)
    }

    @Test func missingPostgresSaysWhatToInstall() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            try await LocalPostgres.start(directory: "/tmp/belfry-never-made", executables: Executables(folders: []))
        }
        #expect(error == .programMissing(name: "postgres", package: "postgresql"))
        #expect(error?.description.contains("apt-get install postgresql") == true)
    }

    @Test func missingOpensslSaysWhatToInstall() async throws {
        let error = await #expect(throws: LocalServerError.self) {
            try await ThrowawayCertificate.make(in: "/tmp/belfry-never-made", executables: Executables(folders: []))
        }
        #expect(error == .programMissing(name: "openssl", package: "openssl"))
    }

    @Test func firstFolderWins() throws {
        let folder = try ScratchFolder()
        try folder.makeProgram("one/tool")
        try folder.makeProgram("two/tool")
        let folders = ["none", "one", "two"].map { "\(folder.path)/\($0)" }
        let found = try Executables(folders: folders).path(of: "tool", package: "tools")
        #expect(found == "\(folder.path)/one/tool")
    }
}
