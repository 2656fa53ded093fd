/// What a run must have had to count, and what must hold in it.
struct Expectation: Codable, Equatable, Sendable {
    /// Notifications acknowledged a second.
    var minimumRate: Double
    /// How often each fault must have fired at least.
    var faults: [Fault: Int]
    var recoveries: [Recovery] = []
    /// Whether any message may be sent twice at all; each must still be matched to an attempt recorded as unknown.
    var allowsDuplicates = true
    /// Whether it is looked all the time if Redis knows whatever somebody holds a permit for.
    var isAudited = false
    /// Whether every request must have been answered with a 2xx at its first try.
    var requiresCleanAnswers = false
    /// Nil where nothing is said, as on a machine that does other things too.
    var recoveredWithinMs: Double?
    /// By how much the 99th percentile of other channels may grow during the faults; nil as above.
    var othersSlowdown: Double?
    /// Nil where a provider may be called any number of times at once.
    var cap: Cap?
}

/// How many calls a provider may have under way at once. All take the same time, so that the journal of their
/// beginnings tells when each ended, also those whose worker was killed.
struct Cap: Codable, Equatable, Sendable {
    var calls: Int
    var milliseconds: Int
}

/// What is done to Belfry.
enum Fault: String, Codable, CaseIterable, CodingKeyRepresentable, Sendable {
    case workerKill, workerPause, workerDeploy, apiDeploy
    case redisKill, redisWipe, redisFailover, redisTruncation, redisScriptFlush, redisFull, redisReset
    case postgresRestart, postgresOutage, commitReplyLost, postgresSlow, poolExhausted
    case providerTrouble, poison, subscriberCut
}

/// A way in which Belfry comes back, and by which it is seen to have been gone.
enum Recovery: String, Codable, CaseIterable, CodingKeyRepresentable, Sendable {
    /// A route was made again from Postgres.
    case rebuild
    /// The sweep found what Redis had lost.
    case sweep
    /// A permit ended whose worker never reported.
    case permitLost
    /// Results waited until Postgres could take them.
    case resultsRetried
    /// A request repeated with its key got the first answer.
    case replayed
    /// A request was sent away instead of being accepted without a commit.
    case refused
    /// A subscriber took up its stream where it was cut.
    case resumed
    /// A delivery was given up after it killed its workers.
    case poisoned
    /// A worker had a call under way whose end is not known, and said so.
    case unknownOutcome
}
