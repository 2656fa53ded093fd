/// What became of a channel, of one of its routes, or of one device.
///
/// Statuses form a lattice: whatever arrives, however late, doubled or out of order, merging keeps the higher one, so
/// status never runs backwards.
///
///     pending scheduled ─▶ unknown ─▶ failed skipped expired cancelled ─▶ sent ─▶ bounced ─▶ delivered
///           0                 1                     2                      3         4           5
///     in-app:                                                            unread 3        ─▶   read 6
///
/// `pending` is the first value. The attempt's outcome is written by the worker, `delivered` and `bounced` by a
/// receipt, `read` by the reader. A re-drive starts a new round, which is the one way back to `pending`.
public enum DeliveryStatus: String, Sendable, Hashable, CaseIterable {
    /// Accepted by us, not yet by a provider.
    case pending
    /// As `pending`, with a time before which nothing is sent.
    case scheduled
    /// The provider may or may not have it, and nobody will try again.
    case unknown
    /// Out of attempts, or refused for good.
    case failed
    /// Never tried: no address, no provider, or a rule forbade it.
    case skipped
    /// Its `expiresAt` passed first.
    case expired
    /// The caller took it back in time.
    case cancelled
    /// The provider accepted it.
    case sent
    /// In the inbox, not read.
    case unread
    /// The provider accepted it and could not deliver it.
    case bounced
    /// The provider confirmed delivery.
    case delivered
    /// The recipient read it.
    case read

    /// The height in the lattice.
    public var rank: Int {
        switch self {
        case .pending, .scheduled: 0
        case .unknown: 1
        case .failed, .skipped, .expired, .cancelled: 2
        case .sent, .unread: 3
        case .bounced: 4
        case .delivered: 5
        case .read: 6
        }
    }

    /// Whether work is still to be done. Everything else is terminal for the worker, though a receipt may lift it.
    public var isOpen: Bool { self == .pending || self == .scheduled }

    /// Whether the provider or the inbox has it.
    public var isSuccess: Bool { rank >= 3 && self != .bounced }

    /// Whether we stopped trying without knowing that somebody has it: what a person may want to try again.
    public var isGivenUp: Bool { self == .failed || self == .unknown }

    /// The order in which merging decides. Statuses of one rank need an order too, or the result would depend on
    /// which came first; they keep the order of their declaration.
    var order: Int { rank << 8 | (DeliveryStatus.places[self] ?? 0) }

    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
