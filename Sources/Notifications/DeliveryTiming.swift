/// The clockwork of one delivery: call deadline < permit ≤ lease. None of the three is ever extended.
public struct DeliveryTiming: Sendable, Hashable {
    /// The longest a provider call may take.
    public var callDeadline: Duration
    /// How long Postgres' right to send is good.
    public var permit: Duration
    /// How long Redis keeps a job for the worker that claimed it.
    public var lease: Duration
    /// How long after its end a permit counts as alive, so that a result on its way is not overtaken; counted from the
    /// start of the Postgres server if that was later.
    public var grace: Duration

    public init(
        callDeadline: Duration = .seconds(15), permit: Duration = .seconds(25), lease: Duration = .seconds(30),
        grace: Duration = .seconds(5)
    ) {
        self.callDeadline = callDeadline
        self.permit = permit
        self.lease = lease
        self.grace = grace
    }

    /// What is wrong with it; nil when nothing is.
    public var problem: String? {
        if callDeadline <= .zero { return "the call deadline must be above zero" }
        if callDeadline >= permit { return "the call deadline must be shorter than the permit" }
        if permit > lease { return "the permit must not be longer than the lease" }
        return nil
    }
}
