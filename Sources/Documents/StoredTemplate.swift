public import Foundation
public import Notifications
import Postgres

/// A version of a template as it is kept. It never changes; which version is active does.
public struct StoredTemplate: Sendable {
    public var name: String
    /// From 1, for each name by itself.
    public var version: Int
    public var isActive: Bool
    public var createdAt: Date
    /// The body it was put with.
    public var source: JSON

    init(_ row: PostgresRow) throws {
        name = try row.get(0)
        version = Int(try row.get(1, as: Int32.self))
        isActive = try row.get(2)
        createdAt = try row.get(3)
        source = try row.get(4, as: JSONB.self).json
    }

    /// `{"name","version","active","createdAt", …source}`
    public var json: JSON {
        var object = JSONObject([
            ("name", .string(name)), ("version", JSON(version)), ("active", .bool(isActive)),
            ("createdAt", JSON(createdAt)),
        ])
        for member in source.object?.members ?? [] { object.append(member.name, member.value) }
        return .object(object)
    }
}
