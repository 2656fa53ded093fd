import Foundation
import LocalServers
import TestSupport

extension ForeignPeer {
    /// `smtp-sink` of Postfix, with its flags.
    static func sink(
        _ flags: [String], port: ReservedPort? = nil, _ body: (ForeignPeer) async throws -> Void
    ) async throws {
        let port = try port ?? ReservedPort()
        let program = try Executables.installed.path(of: "smtp-sink", package: "postfix")
        // It will not run as root.
        let account = geteuid() == 0 ? ["-u", "nobody"] : []
        try await run(port: port, program, account + flags + ["127.0.0.1:\(port.number)", "100"], body)
    }
}
