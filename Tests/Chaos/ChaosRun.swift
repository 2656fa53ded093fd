/// One kind of trouble, and what must hold in it.
enum ChaosRun: String, Codable, CaseIterable, Sendable {
    case kill, redis, postgres, pause, provider, poison, events, deploy, cap
}
