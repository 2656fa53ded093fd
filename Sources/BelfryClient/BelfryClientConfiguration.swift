/// Which Belfry is asked, and with what patience.
public struct BelfryClientConfiguration: Sendable {
    /// Of the API, such as `http://127.0.0.1:8080`; what stands before `/v1`.
    public var url: String
    let key: String
    /// From a request to the last byte of its answer.
    public var timeout: Duration = .seconds(10)
    public var connectTimeout: Duration = .seconds(2)
    /// How often a call is made again that Belfry is too busy for, if it is safe to.
    public var retries = 3
    /// The longest wait before that, whatever `Retry-After` says.
    public var longestRetryPause: Duration = .seconds(30)
    /// Of one answer, or of one event of a stream.
    public var maximumAnswerBytes = 16 << 20
    /// A stream that says nothing for so long is opened anew. Belfry sends a heartbeat every 15 s.
    public var silence: Duration = .seconds(45)
    /// The first wait before a stream is opened anew; doubled each time, up to ten of it.
    public var reconnectPause: Duration = .seconds(1)

    public init(url: String, key: String) {
        self.url = url
        self.key = key
    }
}

extension BelfryClientConfiguration: CustomStringConvertible, CustomReflectable {
    /// Without the key.
    public var description: String { url }

    public var customMirror: Mirror { Mirror(self, children: ["url": url]) }
}
