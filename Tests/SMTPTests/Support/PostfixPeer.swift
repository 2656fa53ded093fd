import Foundation
import LocalServers
import TestSupport

/// A Postfix of its own: configuration, queue and log in one folder, nothing but `smtpd` and what it needs, so every
/// message that it takes stays as one file in its queue.
///
/// Its master runs only as root.
struct PostfixPeer {
    static let isAvailable = geteuid() == 0

    let peer: ForeignPeer
    private let folder: String

    var port: Int { peer.port }

    /// How many messages it took.
    func messages() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/queue/incoming").count
    }

    func log() throws -> String { try String(contentsOfFile: "\(folder)/mail.log", encoding: .utf8) }

    /// - Parameter settings: more of `main.cf`.
    static func run(settings: [String] = [], _ body: (PostfixPeer) async throws -> Void) async throws {
        let folder = "/tmp/belfry-postfix-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try ReservedPort()
        try makeFolders(in: folder)
        try (main(folder) + settings).joined(separator: "\n").appending("\n")
            .write(toFile: "\(folder)/conf/main.cf", atomically: false, encoding: .utf8)
        try master(port.number).write(toFile: "\(folder)/conf/master.cf", atomically: false, encoding: .utf8)
        let arguments = ["-d", "-c", "\(folder)/conf"]
        try await ForeignPeer.run(port: port, "/usr/lib/postfix/sbin/master", arguments) { peer in
            try await body(PostfixPeer(peer: peer, folder: folder))
        }
    }

    private static func makeFolders(in folder: String) throws {
        let account = getpwnam("postfix")
        let owner = account?.pointee.pw_uid ?? 0
        let own = ["queue/incoming", "queue/active", "queue/private", "queue/public", "data"]
        for name in ["conf", "queue/pid", "queue/maildrop"] + own {
            let path = "\(folder)/\(name)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            if own.contains(name) { _ = chown(path, owner, 0) }
        }
    }

    private static func main(_ folder: String) -> [String] {
        let answers = [
            "{later@example.com = 450 4.7.1 later}", "{full@example.com = 452 4.2.2 full}",
            "{gone@example.com = 550 5.1.1 gone}", "{spam@example.com = 554 5.7.1 no}",
        ]
        return [
            "compatibility_level = 3.6", "queue_directory = \(folder)/queue", "data_directory = \(folder)/data",
            "command_directory = /usr/sbin", "daemon_directory = /usr/lib/postfix/sbin",
            "shlib_directory = /usr/lib/postfix", "mail_owner = postfix", "setgid_group = postdrop",
            "maillog_file = \(folder)/mail.log", "maillog_file_prefixes = \(folder)", "myhostname = mail.test",
            "mydestination = example.com", "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4",
            "mynetworks = 127.0.0.0/8", "local_recipient_maps =", "alias_maps =", "smtpd_peername_lookup = no",
            "smtpd_data_restrictions = reject_unauth_pipelining",
            "smtpd_recipient_restrictions = check_recipient_access inline:{\(answers.joined(separator: ", "))}, "
                + "permit_mynetworks, reject",
        ]
    }

    private static func master(_ port: Int) -> String {
        """
        127.0.0.1:\(port) inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        rewrite unix - - n - - trivial-rewrite
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd

        """
    }
}
