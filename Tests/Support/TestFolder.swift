import Foundation
import LocalServers

/// `/tmp/belfry-test-<process number>`: where the servers of one test process keep their data.
struct TestFolder: Sendable {
    private static let prefix = "belfry-test-"

    let parent: String
    let processIdentifier: Int32

    static var ofThisProcess: TestFolder { TestFolder(parent: "/tmp", processIdentifier: getpid()) }

    var path: String { "\(parent)/\(Self.prefix)\(processIdentifier)" }
    var redis: String { "\(path)/redis" }
    var postgres: String { "\(path)/postgres" }

    /// Others may pass (0711): under root, Postgres runs as a user of its own. What a process that had the same number
    /// left there goes first.
    func make() throws {
        remove()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o711])
    }

    /// Ends the folder's servers and deletes it. Blocks, and does what it can: it runs when nobody can be told.
    func remove() {
        try? LocalRedis.stopServer(in: redis)
        try? LocalPostgres.stopServer(in: postgres, .immediate)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Removes what test processes left behind that were killed before they could do so.
    static func reapDead(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            guard let number = Int32(name.dropFirst(prefix.count)) else { continue }
            let isAlive = kill(number, 0) == 0 || errno == EPERM
            if !isAlive { TestFolder(parent: parent, processIdentifier: number).remove() }
        }
    }
}
