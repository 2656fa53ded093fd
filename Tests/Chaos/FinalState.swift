/// What Belfry's database says once all is quiet.
struct FinalState: Codable, Equatable, Sendable {
    struct Document: Codable, Equatable, Sendable {
        var id: String
        /// The idempotency key of the request, which it wrote into the document.
        var request: String
        /// Of its channels, by their names.
        var statuses: [String: String]
    }

    /// An event of the durable log.
    struct Event: Codable, Equatable, Sendable {
        var number: Int64
        var notification: String
        var route: String?
        var attempt: Int
        var outcome: String?
        var code: String?
    }

    struct DeadLetter: Codable, Equatable, Sendable {
        var notification: String
        var code: String
    }

    var documents: [Document] = []
    var events: [Event] = []
    var deadLetters: [DeadLetter] = []
    /// Deliveries that still wait.
    var openDeliveries = 0
}
