extension Message {
    /// For a channel that has nothing but text: the body, or the title where there is none.
    public var plainText: String { body ?? title ?? "" }
}
