/// One page of a list.
public struct ListPage<Item: Sendable, Place: Sendable>: Sendable {
    public var items: [Item]
    /// Where to go on; nil at the end. A page that found nothing has one too, where there is more to look through.
    public var next: Place?

    /// Rows that are read for one page.
    public static var bound: Int { 5000 }
    /// Rows of one statement, at most.
    private static var largestRead: Int { 1000 }

    /// Reads on from `after`, in steps that grow while little fits, until the page is full or its bound is reached.
    /// - Parameters:
    ///   - bound: rows looked at in all.
    ///   - read: answers so many rows behind a place, each with its own place and, if it fits, its item.
    static func read(
        limit: Int, after: Place?, bound: Int = ListPage.bound,
        _ read: (_ after: Place?, _ count: Int) async throws -> [(place: Place, item: Item?)]
    ) async throws -> ListPage {
        var page = ListPage(items: [], next: after)
        var (left, size) = (bound, limit + 1)
        while left > 0 {
            let count = min(size, left, largestRead)
            let rows = try await read(page.next, count)
            for row in rows {
                if let item = row.item {
                    if page.items.count == limit { return page }
                    page.items.append(item)
                }
                page.next = row.place
            }
            if rows.count < count {
                page.next = nil
                return page
            }
            left -= count
            size *= 4
        }
        return page
    }
}
