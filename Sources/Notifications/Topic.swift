public import Foundation

/// A name under which any number of users can be sent to.
public struct Topic: Sendable, Hashable {
    /// Of this very topic: one that is made under its name later has another.
    public var id: UUID
    public var name: String
    /// The caller's words about it; sent to nobody.
    public var description: String?
    /// How many users it has, exactly.
    public var subscribers: Int
    public var createdAt: Date

    public init(id: UUID, name: String, description: String?, subscribers: Int, createdAt: Date) {
        self.id = id
        self.name = name
        self.description = description
        self.subscribers = subscribers
        self.createdAt = createdAt
    }

    public var json: JSON {
        [
            "name": .string(name), "description": JSON(description), "subscribers": JSON(subscribers),
            "createdAt": JSON(createdAt),
        ]
    }
}
