import Foundation
public import Notifications

/// One page of a list.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]
    /// Where the next page begins; nil at the end. A page may be empty and still have a next one.
    public let next: String?
    /// All of it as it was answered.
    public let json: JSON

    /// - Parameter name: of the member that holds the list.
    init(json: JSON, _ name: String = "items", of item: (JSON) -> Item?) throws(BelfryClientError) {
        guard let elements = json[name]?.array else { throw .malformedAnswer }
        items = elements.compactMap(item)
        next = json["next"]?.string
        self.json = json
    }

    /// The members of a query that ask for a page.
    static func items(limit: Int, after: String?) -> [URLQueryItem] {
        [URLQueryItem(name: "limit", value: "\(limit)"), URLQueryItem(name: "after", value: after)]
    }
}
