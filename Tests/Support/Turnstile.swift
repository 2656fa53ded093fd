/// Lets so many bodies run at a time, in the order of their coming: a server has only so many connections.
public actor Turnstile {
    public static let databases = Turnstile(places: 6)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) {
        self.places = places
    }

    public nonisolated(nonsending) func pass(_ body: () async throws -> Void) async throws {
        await enter()
        let result = await outcome(body)
        await leave()
        try result.get()
    }

    private func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}

/// The end of a body as a value, for what must be tidied up either way.
public nonisolated(nonsending) func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
}
