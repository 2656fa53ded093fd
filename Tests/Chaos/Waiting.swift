/// Waits for what happens in other processes.
enum Waiting {
    /// Asks until there is a value.
    /// - Throws: `ChaosError.tookTooLong`.
    static func value<Value>(
        _ what: String, within bound: Duration, every pause: Duration = .milliseconds(50),
        isolation: isolated (any Actor)? = #isolation, _ ask: () async throws -> Value?
    ) async throws -> Value {
        let end = ContinuousClock.now + bound
        while ContinuousClock.now < end {
            if let value = try await ask() { return value }
            try await Task.sleep(for: pause)
        }
        throw ChaosError.tookTooLong(what)
    }

    static func until(
        _ what: String, within bound: Duration, every pause: Duration = .milliseconds(50),
        isolation: isolated (any Actor)? = #isolation, _ holds: () async throws -> Bool
    ) async throws {
        _ = try await value(what, within: bound, every: pause) { try await holds() ? true : nil }
    }
}
