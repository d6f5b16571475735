// pod/guard/light_kernel.py, dips.py, window.py and zigzag_kernel.py for a Cortex-M, in the same
// order and under the same names; those are the specification, and a test holds the two equal.
// Places in the array `s`: pod/guard/light_state.py.
#include "kernel.h"

enum { LEDS = 12, FRAME_BYTES = 36 };

// -- window.py -----------------------------------------------------------------------------

static void stand(i32 *w, i32 i, i32 value) {
    w[LOWS + i] = w[HIGHS + i] = value;
    w[FELL + i] = NEVER;
}

static void forget_spent(i32 *red, i32 dt_ms) {
    i32 left_ms = red[SPENT_LEFT_MS] - dt_ms;
    for (int turned = 0; left_ms <= 0 && turned < BUCKETS; turned++) {
        i32 at = red[SPENT_AT] + 1;
        if (at == BUCKETS)
            at = 0;
        red[SPENT_AT] = at;
        red[TOTAL] -= red[PARTS + at];
        red[PARTS + at] = 0;
        left_ms += PART_MS;
    }
    red[SPENT_LEFT_MS] = left_ms > 0 ? left_ms : PART_MS;
}

static void advance(i32 *w, i32 dt_ms, i32 value) {
    i32 left_ms = w[LEFT_MS] - dt_ms;
    if (left_ms <= 0) {
        for (int turned = 0; left_ms <= 0 && turned < BUCKETS; turned++) {
            i32 at = w[AT] + 1;
            if (at == BUCKETS)
                at = 0;
            w[AT] = at;
            stand(w, at, value);
            left_ms += w[BUCKET_MS];
        }
        if (left_ms <= 0)
            left_ms = w[BUCKET_MS];
        i32 low = value, high = value;
        for (int i = 0; i < BUCKETS; i++) {
            low = lower(low, w[LOWS + i]);
            high = higher(high, w[HIGHS + i]);
        }
        w[LOW] = low;
        w[HIGH] = high;
    }
    w[LEFT_MS] = left_ms;
}

static void put(i32 *w, i32 value) {
    i32 *at = w + w[AT];
    if (value < w[LAST] && value < at[FELL])
        at[FELL] = value;
    w[LAST] = value;
    at[LOWS] = lower(at[LOWS], value);
    at[HIGHS] = higher(at[HIGHS], value);
    w[LOW] = lower(w[LOW], value);
    w[HIGH] = higher(w[HIGH], value);
}

static i32 after_dip(const i32 *w, i32 depth) {
    i32 bound = -1, high = 0, i = w[AT];
    for (int k = 0; k < BUCKETS; k++) {
        if (++i == BUCKETS)
            i = 0;
        high = higher(high, w[HIGHS + i]);
        i32 low = w[FELL + i];
        if (low < NEVER && high - low > depth && (bound < 0 || low + depth < bound))
            bound = low + depth;
    }
    return bound;
}

// -- zigzag_kernel.py ----------------------------------------------------------------------

static void age_turn(i32 *z, i32 dt_ms) {
    z[WAIT_MS] = higher(z[WAIT_MS] - dt_ms, 0);
    z[HOLD_MS] = higher(z[HOLD_MS] - dt_ms, 0);
}

static i32 floor_of(const i32 *z, i32 held) {
    if (z[RISING])
        return z[WAIT_MS] || held ? higher(z[TURN] - z[EARLY] + 1, 0) : 0;
    return z[HOLD_MS] || (held && z[IN_DOUBT]) ? z[TURN] : 0;
}

static i32 ceiling_of(const i32 *z, i32 held) {
    if (!z[RISING])
        return z[WAIT_MS] || held ? z[TURN] + z[EARLY] - 1 : -1;
    return z[HOLD_MS] || (held && z[IN_DOUBT]) ? z[TURN] : -1;
}

static void echo(const i32 *s, i32 *z, i32 rising) {
    if (z[RISING] == rising)
        z[WAIT_MS] = s[REVERSAL];
    else if (z[IN_DOUBT])
        z[HOLD_MS] = s[REVERSAL];
}

static int turns(const i32 *s, i32 *z, i32 value) {
    i32 on = z[RISING] ? value - z[TURN] : z[TURN] - value;
    if (on > 0) {
        z[TURN] = value;
        if (!z[IN_DOUBT])
            return 0;
    } else {
        if (on > -z[EARLY])
            return 0;
        z[SURE_AT] = z[RISING] ? z[TURN] - z[SURE] : z[TURN] + z[SURE];
        z[RISING] ^= 1;
        z[TURN] = value;
        z[HOLD_MS] = 0;
    }
    z[WAIT_MS] = s[REVERSAL];
    z[IN_DOUBT] = z[RISING] ? z[SURE_AT] > value : z[SURE_AT] < value;
    return 1;
}

// -- dips.py -------------------------------------------------------------------------------

static i32 since(const i32 *s, i32 at_ms) { return (s[NOW_MS] - at_ms) & TIME_MASK; }

static int may_rise(const i32 *s, const i32 *t, i32 step, i32 level) {
    if (!t[UP]) {
        if (since(s, t[BACK_MS]) < s[FLICKER])
            return 0;
        if (step == 1 && since(s, t[MOVE_MS]) < s[FLICKER])
            return 0;
    }
    i32 low = t[TRACK_LOW], depth = s[DIP_LEVELS];
    if (t[TRACK_HIGH] - low < depth || level < low + depth)
        return 1;
    return since(s, t[DIP_MS]) >= s[DIP];
}

static void turn(const i32 *s, i32 *t, i32 level, int up) {
    i32 now_ms = s[NOW_MS], depth = s[DIP_LEVELS];
    t[MOVE_MS] = now_ms;
    if (up && !t[UP])
        t[BACK_MS] = now_ms;
    t[UP] = up;
    i32 low = t[TRACK_LOW], high = t[TRACK_HIGH];
    if (level < low) {
        t[TRACK_LOW] = level;
        return;
    }
    if (high - low >= depth && level >= low + depth)
        t[DIP_MS] = now_ms;
    else if (level <= high)
        return;
    t[TRACK_LOW] = t[TRACK_HIGH] = level;
}

// -- light_kernel.py -----------------------------------------------------------------------

static i32 sum(const i32 *way, const i32 *weights) {
    return way[0] * weights[0] + way[1] * weights[1] + way[2] * weights[2];
}

static i32 tighter(i32 high, i32 bound) { return 0 <= bound && bound < high ? bound : high; }

static void bounds(i32 *s) {
    i32 *l = s + TURN_L, *m = s + TURN_M;
    int opposed = l[RISING] != m[RISING] || l[IN_DOUBT] || m[IN_DOUBT];
    int no_fall = opposed && s[ORDER] & 1, no_rise = opposed && !no_fall;
    i32 least_l = s[WINDOW + LOW], m_high = s[CAP_M];
    if (s[IN_DAWN]) {
        least_l = s[DAWN_WINDOW_L + LOW];
        m_high = lower(m_high, s[DAWN_WINDOW_M + LOW] + s[DAWN_M]);
    }
    i32 high = lower(lower(s[CAP_L], least_l + s[RISE]), s[L] + s[RISE_FRAME]);
    high = tighter(high, ceiling_of(l, no_rise));
    high = tighter(high, s[MOST_L]);
    s[L_HIGH] = tighter(high, after_dip(s + WINDOW, s[SWING]));
    i32 low = higher(s[WINDOW + HIGH] - s[FALL], s[L] - s[FALL_FRAME]);
    s[L_LOW] = higher(low, floor_of(l, no_fall));
    s[M_LOW] = floor_of(m, no_fall);
    s[M_HIGH] = tighter(m_high, ceiling_of(m, no_rise));
    s[M_MOST] = tighter(s[M_HIGH], s[MOST_M]);
}

static int saturated(const i32 *s, i32 red, i32 total) {
    return red && s[RED_OF] * red >= s[RED_PART] * total;
}

static int red_allows(i32 *s, i32 red, i32 total, i32 dl) {
    if (!saturated(s, red, total - s[STEP + 3]) && !saturated(s, red + s[STEP], total))
        return 1;
    i32 cost = dl > 0 ? dl : -dl, *spent = s + RED;
    if (spent[TOTAL] + cost > s[RED_MOST])
        return 0;
    spent[PARTS + spent[SPENT_AT]] += cost;
    spent[TOTAL] += cost;
    return 1;
}

// `one`: the LED's three bytes; `t`: its first track.
static int step(u8 *one, i32 *s, i32 *t) {
    i32 *by = s + STEP;
    if (!(by[0] | by[1] | by[2]))
        return 0;
    i32 ds = by[3] = by[0] + by[1] + by[2];
    i32 dl = sum(by, s + WEIGHT_L), dm = sum(by, s + WEIGHT_M);
    if (dl > 0 ? s[L] + dl > s[L_HIGH] : dl < 0 && s[L] + dl < s[L_LOW])
        return 0;
    if (dm > 0 ? s[M] + dm > s[M_MOST] : dm < 0 && s[M] + dm < s[M_LOW])
        return 0;
    if (ds > 0 && s[SUM] + ds > s[SUM_MOST])
        return 0;
    i32 level[4];
    level[3] = ds;
    for (int c = 0; c < 3; c++) {
        level[c] = one[c] + by[c];
        level[3] += one[c];
    }
    for (int c = 0; c < 4; c++)
        if (by[c] > 0 && !may_rise(s, t + c * TRACK, by[c], level[c]))
            return 0;
    if (!red_allows(s, one[0], level[3], dl))
        return 0;
    for (int c = 0; c < 4; c++) {
        if (c < 3)
            one[c] = level[c];
        if (by[c])
            turn(s, t + c * TRACK, level[c], by[c] > 0);
    }
    s[L] += dl;
    s[M] += dm;
    s[SUM] += ds;
    return 1;
}

static int try_part(u8 *one, i32 *s, i32 *t, int shift, i32 half) {
    for (int c = 0; c < 3; c++)
        s[STEP + c] = (s[WANT + c] + half) >> shift;
    return step(one, s, t);
}

static int one_level(u8 *one, i32 *s, i32 *t) {
    for (int only = 2; only >= 0; only--) {
        for (int c = 0; c < 3; c++)
            s[STEP + c] = 0;
        i32 way = s[WANT + only];
        s[STEP + only] = (way > 0) - (way < 0);
        if (step(one, s, t))
            return 1;
    }
    return 0;
}

static int approach(u8 *one, i32 *s, i32 *t) {
    if (try_part(one, s, t, 0, 0))
        return 1;
    i32 dl = sum(s + WANT, s + WEIGHT_L), room = s[L_HIGH] - s[L];
    if (dl < 0) {
        dl = -dl;
        room = s[L] - s[L_LOW];
    }
    int shift = 1;
    while (shift < HALVINGS && dl >> shift > room + s[ROUNDING])
        shift++;
    for (; shift < HALVINGS; shift++)
        if (try_part(one, s, t, shift, 1 << (shift - 1)))
            return 1;
    return one_level(one, s, t);
}

static int want(const u8 *one, const u8 *target, i32 *s, const i32 *t) {
    i32 found = 0;
    for (int c = 0; c < 3; c++, t += TRACK) {
        i32 way = (c == s[DARK] || !target ? 0 : target[c]) - one[c];
        found |= way;
        if (way == 1 && !t[UP] && since(s, t[MOVE_MS]) < s[SETTLE])
            way = 0;
        s[WANT + c] = way;
    }
    return found != 0;
}

// Without a target: down to the caps.
static int walk(u8 *shown, const u8 *target, i32 *s) {
    int changed = 0, gone = 0;
    for (int darker = target && s[MOST_L] >= 0; darker >= 0; darker--)
        for (int k = 0; k < LEDS; k++) {
            if (!target && s[L] <= s[CAP_L] && s[M] <= s[M_HIGH])
                break;
            int led = s[ORDER] + k;
            if (led >= LEDS)
                led -= LEDS;
            u8 *one = shown + 3 * led;
            i32 *t = s + TRACKS + led * LED_TRACKS;
            if (gone >> k & 1 || !want(one, target ? target + 3 * led : 0, s, t))
                continue;
            if (darker && sum(s + WANT, s + WEIGHT_L) > 0)
                continue;
            gone |= 1 << k;
            if (target)
                changed |= approach(one, s, t);
            else
                changed |= try_part(one, s, t, 4, 0) || one_level(one, s, t);
        }
    return changed;
}

static void record(i32 *s) {
    i32 *l = s + TURN_L, *m = s + TURN_M;
    put(s + WINDOW, s[L]);
    if (s[IN_DAWN]) {
        put(s + DAWN_WINDOW_L, s[L]);
        put(s + DAWN_WINDOW_M, s[M]);
    }
    if (turns(s, l, s[L]))
        echo(s, m, l[RISING]);
    if (turns(s, m, s[M]))
        echo(s, l, m[RISING]);
}

void age(i32 *s, i32 dt_ms) {
    i32 order = s[ORDER] + 5;
    s[ORDER] = order < LEDS ? order : order - LEDS;
    dt_ms = higher(0, lower(dt_ms, s[L] ? DT_MAX_MS : DT_DARK_MS));
    advance(s + WINDOW, dt_ms, s[L]);
    if (s[IN_DAWN]) {
        advance(s + DAWN_WINDOW_L, dt_ms, s[L]);
        advance(s + DAWN_WINDOW_M, dt_ms, s[M]);
    }
    age_turn(s + TURN_L, dt_ms);
    age_turn(s + TURN_M, dt_ms);
    forget_spent(s + RED, dt_ms);
    s[NOW_MS] = (s[NOW_MS] + dt_ms) & TIME_MASK;
}

int move(u8 *shown, const u8 *target, i32 *s) {
    int changed = 0;
    if (target != shown) {
        bounds(s);
        changed = walk(shown, s[L] > s[CAP_L] || s[M] > s[M_HIGH] ? 0 : target, s);
    }
    if (changed || target == shown)
        record(s);
    return changed;
}

void least(const u8 *one, const u8 *other, u8 *out) {
    for (int i = 0; i < FRAME_BYTES; i++)
        out[i] = one[i] < other[i] ? one[i] : other[i];
}
