import Notifications

extension DeliveryFailure {
    /// The target's address is of another kind than the provider sends to.
    static let wrongAddress = DeliveryFailure(
        code: "wrongAddress", detail: "The provider does not send to this kind of address.")
}
