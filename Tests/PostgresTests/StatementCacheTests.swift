import Testing

@testable import Postgres

@Suite struct StatementCacheTests {
    private func evicted(from cache: inout StatementCache, inserting query: PostgresQuery) -> String? {
        _ = cache.insert(query, name: cache.nextName())
        return cache.evict()
    }

    @Test func leastRecentlyUsedStatementIsEvicted() {
        var cache = StatementCache(limit: 2)
        #expect(evicted(from: &cache, inserting: "a") == nil)
        #expect(evicted(from: &cache, inserting: "b") == nil)
        #expect(cache.find("a")?.name == "s1")
        #expect(evicted(from: &cache, inserting: "c") == "s2")
        #expect(cache.find("b") == nil)
        #expect(cache.find("a")?.name == "s1")
        #expect(cache.find("c")?.name == "s3")
    }

    @Test func sameTextWithOtherTypesIsAnotherStatement() {
        var cache = StatementCache(limit: 8)
        _ = cache.insert("SELECT \(1)", name: cache.nextName())
        #expect(cache.find("SELECT \(2)")?.name == "s1")
        #expect(cache.find("SELECT \("2")") == nil)
    }

    @Test func removedStatementIsForgottenAndItsNameNotReused() {
        var cache = StatementCache(limit: 8)
        _ = cache.insert("a", name: cache.nextName())
        #expect(cache.remove("a") == "s1")
        #expect(cache.remove("a") == nil)
        #expect(cache.nextName() == "s2")
    }
}
