/// What is still to be done to a schema: decided here, without I/O.
struct MigrationPlan {
    /// A row of `schema_migrations`.
    struct Applied: Hashable {
        let version: Int
        let checksum: String
    }

    /// In the order they are to be applied.
    let pending: [Migration]

    /// - Parameter known: ascending by version.
    init(known: [Migration], applied: [Applied]) throws(MigrationProblem) {
        let checksums = Dictionary(uniqueKeysWithValues: applied.map { ($0.version, $0.checksum) })
        let newestKnown = known.last?.version ?? 0
        let newestApplied = checksums.keys.max() ?? 0

        for migration in known {
            guard let checksum = checksums[migration.version] else { continue }
            guard checksum == migration.checksum else { throw .changed(version: migration.version) }
        }
        pending = known.filter { checksums[$0.version] == nil }
        if let late = pending.first, late.version < newestApplied { throw .outOfOrder(version: late.version) }

        let unknown = checksums.keys.filter { version in !known.contains { $0.version == version } }.sorted()
        if let stray = unknown.first(where: { $0 <= newestKnown }) { throw .changed(version: stray) }
        // A schema serves the binary it was made for and the one before, which may still run while the new one starts.
        if unknown.count > 1 { throw .ahead(database: newestApplied, binary: newestKnown) }
    }
}

/// Why a schema and a binary do not go together.
public enum MigrationProblem: Error, Sendable, Hashable {
    /// Migrations of this binary are missing: run the migrator.
    case behind(missing: [Int])
    /// The schema is more than one version newer than this binary.
    case ahead(database: Int, binary: Int)
    /// An applied migration is not the one this binary holds under that number.
    case changed(version: Int)
    /// A migration was added below one that is applied already.
    case outOfOrder(version: Int)
    /// Another migrator held the lock for too long.
    case lockTimeout
    /// The server refused a migration; it and what follows it are not applied. `reason` may hold SQL.
    case failed(version: Int, reason: String)
}

extension MigrationProblem: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        switch self {
        case .behind(let missing): "the schema lacks migrations \(missing.map(String.init).joined(separator: ", "))"
        case .ahead(let database, let binary): "the schema is at \(database), this binary knows \(binary)"
        case .changed(let version): "migration \(version) is not the one that was applied"
        case .outOfOrder(let version): "migration \(version) comes after a later one was applied"
        case .lockTimeout: "another migrator is still running"
        case .failed(let version, _): "migration \(version) failed"
        }
    }

    public var debugDescription: String {
        if case .failed(_, let reason) = self { "\(description): \(reason)" } else { description }
    }
}
