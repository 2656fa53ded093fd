/// What to do when nobody knows whether a provider has the message.
public enum DeliveryGuarantee: String, Sendable, Hashable, CaseIterable {
    /// Send again: a duplicate is possible, a loss is not.
    case atLeastOnce
    /// Never send again: a loss is possible, a duplicate is not.
    case atMostOnce
}
