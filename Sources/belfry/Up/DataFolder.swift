import Foundation

/// Where `belfry up` keeps its servers' data and its secrets between runs.
struct DataFolder {
    let path: String

    /// A folder that the account of a private Postgres can reach: under root that is not root's own home.
    static var standard: String {
        if geteuid() == 0 { return "/var/lib/belfry" }
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"] ?? "\(environment["HOME"] ?? "/tmp")/.local/state"
        return "\(state)/belfry"
    }

    init(path: String, fresh: Bool) throws {
        self.path = URL(filePath: path).standardizedFileURL.path
        if fresh, FileManager.default.fileExists(atPath: self.path) { try DataFolder.wipe(self.path) }
        try FileManager.default.createDirectory(
            atPath: self.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    }

    /// Deletes only what was made here: a mistyped `--data` must not cost anybody a folder.
    private static func wipe(_ path: String) throws {
        for name in ["postgres", "redis", "api-key", "webhook-secret"] {
            let item = "\(path)/\(name)"
            if FileManager.default.fileExists(atPath: item) { try FileManager.default.removeItem(atPath: item) }
        }
    }

    /// A secret that is made once and kept, readable by its owner only.
    func secret(_ name: String, make: () async throws -> String) async throws -> String {
        let file = "\(path)/\(name)"
        if let kept = try? String(contentsOfFile: file, encoding: .utf8), !kept.isEmpty { return kept }
        let made = try await make()
        try keep(made, as: name)
        return made
    }

    func keep(_ secret: String, as name: String) throws {
        let created = FileManager.default.createFile(
            atPath: "\(path)/\(name)", contents: Data(secret.utf8), attributes: [.posixPermissions: 0o600])
        guard created else { throw CocoaError(.fileWriteNoPermission) }
    }
}
