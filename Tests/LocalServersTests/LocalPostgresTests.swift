import Foundation
import LocalServers
import TestSupport
import Testing

@Suite struct LocalPostgresTests {
    @Test func serverIsMadeServedStoppedAndServedAgain() async throws {
        let folder = try ScratchFolder()
        let directory = "\(folder.path)/postgres"
        let postgres = try await LocalPostgres.start(directory: directory, durable: false)
        #expect(
            postgres.url
                == "postgresql:///belfry?host=\(directory.replacing("/", with: "%2F"))&user=postgres")
        #expect(postgres.socketDirectory == directory)
        #expect(try await postgres.rows("SHOW max_connections") == ["200"])
        #expect(try await postgres.rows("SHOW listen_addresses") == [""])
        #expect(try await postgres.rows("SHOW server_encoding") == ["UTF8"])
        #expect(try await postgres.rows("SHOW fsync") == ["off"])
        #expect(try await postgres.rows("CREATE TABLE words AS SELECT 'kept' AS word") == [])
        await postgres.stop()
        #expect(await postgres.waitForExit() == .exited(0))

        let again = try await LocalPostgres.start(
            directory: directory, durable: true, settings: ["work_mem": "8MB"])
        #expect(try await again.rows("SELECT word FROM words") == ["kept"])
        #expect(try await again.rows("SHOW fsync") == ["on"])
        #expect(try await again.rows("SHOW work_mem") == ["8MB"])
        await again.stop()
    }

    @Test func committedDataSurvivesAnImmediateRestart() async throws {
        let folder = try ScratchFolder()
        let postgres = try await LocalPostgres.start(directory: folder.path, durable: false)
        let first = await postgres.processIdentifier
        #expect(try await postgres.rows("CREATE TABLE words AS SELECT 'kept' AS word") == [])
        try await postgres.restart(.immediate)
        #expect(await postgres.processIdentifier != first)
        #expect(try await postgres.rows("SELECT word FROM words") == ["kept"])
        await postgres.stop()
    }

    @Test func serverOfADeadParentIsStoppedFirst() async throws {
        let folder = try ScratchFolder()
        let postgres = try await LocalPostgres.start(directory: folder.path, durable: false)
        await postgres.stop()
        let data = "\(folder.path)/data"
        let server = try Executables.installed.path(of: "postgres", package: "postgresql")
        let arguments = [server, "-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories=\(folder.path)"]
        let identity = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        let leftover = try ChildProcess(
            executable: geteuid() == 0 ? "setpriv" : "env",
            arguments: (geteuid() == 0 ? identity : []) + arguments, output: .file("/dev/null"))
        try await eventually("the leftover serves") { try await postgres.rows("SELECT 1") == ["1"] }

        let again = try await LocalPostgres.start(directory: folder.path, durable: false)
        #expect(await leftover.waitForExit() == .exited(0))
        #expect(try await again.rows("SELECT 1") == ["1"])
        await again.stop()
    }

    @Test func folderThatTheAccountCannotReachIsExplained() async throws {
        guard geteuid() == 0 else { return }
        let folder = try ScratchFolder()
        let closed = "\(folder.path)/closed"
        try FileManager.default.createDirectory(
            atPath: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let error = await #expect(throws: LocalServerError.self) {
            try await LocalPostgres.start(directory: "\(closed)/postgres")
        }
        #expect(error?.description.contains("chmod o+x") == true)
    }

    @Test func settingThatIsRefusedShowsTheServersOwnWords() async throws {
        let folder = try ScratchFolder()
        let error = await #expect(throws: LocalServerError.self) {
            try await LocalPostgres.start(
                directory: folder.path, durable: false, settings: ["no_such_setting": "1"])
        }
        guard case .endedEarly("Postgres", .exited(1), let log) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(log.contains("no_such_setting"))
    }
}
