import Documents
import Notifications
import Postgres
import Testing

@Suite struct TemplateStoreTests {
    private static func source(_ body: String) -> JSON { ["channels": ["sms": ["default": ["body": .string(body)]]]] }

    @Test func eachChangeIsAVersionAndWhatIsThereAlreadyIsNone() async throws {
        try await withDatabase { database in
            let store = TemplateStore(pool: database.pool)
            func put(_ body: String, activates: Bool = true) async throws -> [String] {
                let (template, isNew) = try await store.put(
                    Self.source(body), name: "greeting", tenant: "acme", activates: activates)
                #expect(template.source == Self.source(body))
                return ["\(template.version)", template.isActive ? "active" : "kept", isNew ? "new" : "known"]
            }
            let first = try await put("a", activates: false)
            #expect(first == ["1", "kept", "new"])
            #expect(try await store.template("greeting", tenant: "acme")?.version == nil)
            #expect(try await put("a") == ["1", "active", "known"])
            #expect(try await put("b", activates: false) == ["2", "kept", "new"])
            #expect(try await put("a", activates: false) == ["3", "kept", "new"], "only the newest is compared")
            #expect(try await store.template("greeting", tenant: "acme")?.version == 1)
            #expect(try await store.template("greeting", version: 2, tenant: "acme")?.source == Self.source("b"))
            #expect(try await store.template("greeting", version: 4, tenant: "acme")?.version == nil)
            #expect(try await store.activate("greeting", version: 2, tenant: "acme"))
            #expect(try await store.activate("greeting", version: 4, tenant: "acme") == false)
            #expect(try await store.template("greeting", tenant: "acme")?.version == 2)
        }
    }

    @Test func numbersOfRemovedVersionsAreNotUsedAgain() async throws {
        try await withDatabase { database in
            let store = TemplateStore(pool: database.pool)
            for body in ["a", "b"] {
                _ = try await store.put(Self.source(body), name: "t", tenant: "acme", activates: true)
            }
            #expect(try await store.remove("t", tenant: "globex") == false)
            #expect(try await store.remove("t", tenant: "acme"))
            #expect(try await store.remove("t", tenant: "acme") == false)
            #expect(try await store.template("t", tenant: "acme")?.version == nil)
            #expect(try await store.template("t", version: 2, tenant: "acme")?.version == nil)
            #expect(try await store.page(tenant: "acme", after: nil, limit: 10).items.isEmpty)
            let (again, isNew) = try await store.put(Self.source("b"), name: "t", tenant: "acme", activates: true)
            #expect(again.version == 3)
            #expect(isNew)
        }
    }

    @Test func nothingOfOneTenantIsAnothers() async throws {
        try await withDatabase { database in
            let store = TemplateStore(pool: database.pool)
            _ = try await store.put(Self.source("mine"), name: "t", tenant: "acme", activates: true)
            #expect(try await store.template("t", tenant: "globex")?.version == nil)
            #expect(try await store.template("t", version: 1, tenant: "globex")?.version == nil)
            #expect(try await store.active(["t"], tenant: "globex").isEmpty)
            #expect(try await store.activate("t", version: 1, tenant: "globex") == false)
            #expect(try await store.page(tenant: "globex", after: nil, limit: 10).items.isEmpty)
            #expect(try await store.versions(of: "t", tenant: "globex", after: nil, limit: 10).items.isEmpty)
        }
    }

    @Test func listsGoOnWhereTheyEnded() async throws {
        try await withDatabase { database in
            let store = TemplateStore(pool: database.pool)
            for name in ["c", "a", "b"] {
                for body in ["1", "2", "3"] {
                    _ = try await store.put(Self.source(body), name: name, tenant: "acme", activates: body == "2")
                }
            }
            let first = try await store.page(tenant: "acme", after: nil, limit: 2)
            #expect(first.items.map(\.name) == ["a", "b"])
            #expect(first.items.map(\.version) == [2, 2])
            let second = try await store.page(tenant: "acme", after: first.next, limit: 2)
            #expect(second.items.map(\.name) == ["c"])
            #expect(second.next == nil)
            let newest = try await store.versions(of: "a", tenant: "acme", after: nil, limit: 2)
            #expect(newest.items.map(\.version) == [3, 2])
            #expect(newest.items.map(\.isActive) == [false, true])
            let oldest = try await store.versions(of: "a", tenant: "acme", after: newest.next, limit: 2)
            #expect(oldest.items.map(\.version) == [1])
            #expect(oldest.next == nil)
            let active = try await store.active(["a", "c", "none"], tenant: "acme")
            #expect(active.map(\.name).sorted() == ["a", "c"])
        }
    }

    @Test func listsSayForWhatChannelsATemplateIs() async throws {
        try await withDatabase { database in
            let store = TemplateStore(pool: database.pool)
            let part: JSON = ["default": ["body": "x"]]
            for channels: JSON in [["sms": part, "chat": part, "push": part], ["email": part]] {
                _ = try await store.put(["channels": channels], name: "t", tenant: "acme", activates: true)
            }
            let versions = try await store.versions(of: "t", tenant: "acme", after: nil, limit: 10)
            #expect(versions.items.map(\.channels) == [[.email], [.push, .sms, .chat]])
            #expect(try await store.page(tenant: "acme", after: nil, limit: 10).items.map(\.channels) == [[.email]])
        }
    }

    @Test func writersAtOnceGetVersionsOfTheirOwn() async throws {
        try await withDatabase { database in
            let store = TemplateStore(pool: database.pool)
            let versions = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        try await store.put(Self.source("\(number)"), name: "t", tenant: "acme", activates: true)
                            .template.version
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(versions.sorted() == Array(1...12))
            #expect(try await store.template("t", tenant: "acme")?.version == 12)
        }
    }
}
