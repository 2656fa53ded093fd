/// How a provider's receipts come to us.
public enum ReceiptSource: Sendable, Hashable {
    /// It sends none: what it took is all that is ever known.
    case none
    /// It calls us.
    case pushed
    /// It is asked, first after this time.
    case polled(after: Duration)
}
