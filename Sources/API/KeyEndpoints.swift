import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Notifications

/// A tenant's own keys. Nobody makes a key that may do more than the one it was made with, faster or for longer.
struct KeyEndpoints: Sendable {
    let bodies: BodyReader
    let mint: KeyMint
    /// Requests a second of a key that has no rate of its own; 0 is no limit.
    let standardRate: Int

    /// How long a key that was replaced stays good, at most.
    private static let overlaps: ClosedRange<Duration> = .zero...(.seconds(30 * 86400))
    private static let standardOverlap: Duration = .seconds(86400)

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/keys", .admin, use: list),
            Endpoint(.post, "/v1/keys", .admin, needsLiveKey: false, use: make),
            Endpoint(.post, "/v1/keys/{id}/rotate", .admin, needsLiveKey: false, use: rotate),
            Endpoint(.delete, "/v1/keys/{id}", .admin, needsLiveKey: false, use: revoke),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let page = try await mint.keys.page(
            tenant: call.tenant, after: call.after { $0.words.count == 1 ? $0.words[0] : nil }, limit: call.limit())
        let now = mint.now()
        return Response(json: [
            "items": .array(page.items.map { .object($0.json(at: now)) }),
            "next": JSON(page.next.map { Cursor([$0]).text }),
        ])
    }

    private func make(_ call: Call) async throws -> Response {
        let fields = try await bodies.fields(of: call)
        let order = KeyOrder(fields, caller: call.caller, at: mint.now())
        if let order {
            if !call.caller.outlives(order.expiresAt) {
                fields.note(
                    "expiresIn", .conflict, "must not be longer than the key that it is asked with is still good")
            }
            if !isAsFast(call.caller, as: order.rate) {
                fields.note("rate", .conflict, "must not be more than that of the key that it is asked with")
            }
        }
        guard let order, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        try call.caller.mayHold(order.scopes, isTest: order.isTest)
        return try await shown(try await mint.make(order), call)
    }

    private func rotate(_ call: Call) async throws -> Response {
        let old = try await known(call)
        let fields = try await bodies.fields(of: call)
        fields.allow(["overlap"])
        let overlap = fields.duration("overlap", in: KeyEndpoints.overlaps) ?? KeyEndpoints.standardOverlap
        try fields.check()
        try call.caller.mayHold(old.scopes, isTest: old.isTest)
        if !isAsFast(call.caller, as: old.rate) {
            throw Problem.invalid("id", .conflict, "has a higher rate than the key that it is asked with")
        }
        let key = try await mint.rotate(old, overlap: overlap, until: call.caller.expiresAt)
        guard let key else { throw Problem.notRotatable }
        return try await shown(key, call)
    }

    /// Whether a caller may be as fast as a key of this rate.
    private func isAsFast(_ caller: Caller, as rate: Int?) -> Bool {
        let (mine, wanted) = (caller.rate ?? standardRate, rate ?? standardRate)
        return mine == 0 || wanted != 0 && wanted <= mine
    }

    /// From this answer on it is a matter of seconds until no process takes the key, and its streams end.
    private func revoke(_ call: Call) async throws -> Response {
        let key = try await known(call)
        try call.caller.mayHold([], isTest: key.isTest)
        guard try await mint.keys.revoke(key.id, tenant: call.tenant) else { throw Problem.notFound }
        return Response(status: .noContent)
    }

    private func known(_ call: Call) async throws -> KeyStore.StoredKey {
        let id = try call.text("id", field: "id", maximum: 64)
        guard let key = try await mint.keys.key(id, tenant: call.tenant) else { throw Problem.notFound }
        return key
    }

    /// A new key, this once.
    private func shown(_ key: APIKey, _ call: Call) async throws -> Response {
        guard let stored = try await mint.keys.key(key.id, tenant: call.tenant) else { throw Problem.notFound }
        var object = stored.json(at: mint.now())
        object.append("key", .string(key.text))
        return Response(json: .object(object), status: .created, headers: [.cacheControl: "no-store"])
    }
}

extension Caller {
    /// Throws 403 unless the caller's own key may do all of this: what it makes, or gets the secret of, may do no more.
    fileprivate func mayHold(_ wanted: Set<Scope>, isTest wantsTest: Bool) throws {
        if let lacking = Scope.allCases.first(where: { wanted.contains($0) && !scopes.contains($0) }) {
            throw Problem.missingScope(lacking)
        }
        if isTest, !wantsTest { throw Problem.liveKeyNeeded }
    }

    /// Whether the caller's own key is good for as long as one that ends then.
    fileprivate func outlives(_ end: Date?) -> Bool {
        guard let expiresAt else { return true }
        return end.map { $0 <= expiresAt } ?? false
    }
}

extension KeyOrder {
    private static let lifetimes: ClosedRange<Duration> = .seconds(1)...(.seconds(3650 * 86400))

    /// Of a body, noting every problem.
    fileprivate init?(_ fields: Fields, caller: Caller, at now: Date) {
        fields.allow(["name", "scopes", "environment", "rate", "expiresIn"])
        let name = fields.string("name", maximum: 128)
        fields.require("name")
        let scopes = fields.words("scopes", among: Scope.allCases, named: \.rawValue) ?? []
        if fields.object["scopes"]?.array?.isEmpty ?? true {
            fields.note("scopes", .missing, "must name at least one scope")
        }
        let environment = fields.choice("environment", among: APIKey.Environment.allCases, named: \.rawValue)
        let isTest = environment.map { $0 == .test } ?? caller.isTest
        if isTest, scopes.contains(.operator) { fields.note("scopes", .conflict, "no test key has operator") }
        let rate = fields.integer("rate", in: KeyOrder.rates)
        let lifetime = fields.duration("expiresIn", in: KeyOrder.lifetimes)
        guard let name else { return nil }
        self.init(
            tenant: caller.tenant, name: name, scopes: Set(scopes),
            isTest: isTest, rate: rate,
            expiresAt: lifetime.map { now.addingTimeInterval($0.timeInterval) })
    }
}
