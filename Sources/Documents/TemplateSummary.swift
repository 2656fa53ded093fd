public import Foundation
public import Notifications
import Postgres

/// A version of a template without what it says, for lists.
public struct TemplateSummary: Sendable {
    public var name: String
    public var version: Int
    public var isActive: Bool
    public var createdAt: Date
    /// Those that it has something for.
    public var channels: [NotificationChannel]

    /// Reads what ``columns`` select.
    init(_ row: PostgresRow) throws {
        name = try row.get(0)
        version = Int(try row.get(1, as: Int32.self))
        isActive = try row.get(2)
        createdAt = try row.get(3)
        let names = Set(try row.get(4, as: [String].self))
        channels = NotificationChannel.allCases.filter { names.contains($0.rawValue) }
    }

    /// Of a version `v` of a template `t`. A page of sources would be megabytes; their channels are a few words.
    static let columns = """
        t.name, v.version, coalesce(v.version = t.active_version, false), v.created_at,
        ARRAY(SELECT jsonb_object_keys(v.source -> 'channels'))
        """

    /// `{"name","version","active","createdAt","channels"}`
    public var json: JSON {
        [
            "name": .string(name), "version": JSON(version), "active": .bool(isActive), "createdAt": JSON(createdAt),
            "channels": .array(channels.map { .string($0.rawValue) }),
        ]
    }
}
