// CPU per answered query of DNS servers asked for the whole world: each query carries another EDNS Client Subnet (RFC 7871), which dnsperf can't do.
//
//   cc -O2 -o DIR/steered-load tooling/benchkit/steered-load.c       (steered-load.mjs writes configurations to DIR)
//   taskset -c 1 DIR/steered-load --rounds 20 static=127.0.0.1:5300:PID:h1.bench.test:ecs steered=127.0.0.1:5300:PID:www.bench.test:ecs
//
// Give it many short rounds where other work shares the machine (--rounds 60 --seconds 0.1): a target and the first one are measured close together then.
//
// A target is LABEL=ADDRESS:PORT:PID:NAME:KIND; all are measured in turn, round by round, and the ratios are to the first, of the same round (median and
// quartiles). KIND:
//   ecs    an OPT with a client subnet, one of --subnets (100,000) distinct /24s spread over the unicast IPv4 space; the same in every run of a --seed
//   ecs56  the same with distinct /56s of 2000::/3
//   edns   an OPT without options
//   plain  no OPT
// With +do after it the DO bit is set, with +aaaa AAAA is asked for instead of A. NAME may be @FILE: one name a line, as dnsperf reads them.
// At most --window (200) queries are on their way; what is not answered within 0.2 s of silence counts as lost. CPU time is that of all threads of PID
// (/proc/PID/task/*/schedstat, in ns), user and system, from just before the first query to just after the last answer.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32, SOCKETS = 8, MAX_TARGETS = 16, MAX_ROUNDS = 400, PACKET = 320 };

struct target {
  char label[64];
  struct sockaddr_in address;
  int pid;
  uint8_t (*packets)[PACKET];
  uint16_t *lengths;
  uint32_t count, next;
  double nanoseconds[MAX_ROUNDS];
  uint64_t answered, lost, empty;
  double seconds;
  int fds[SOCKETS];
};

static uint32_t random_state;
static uint32_t draw(void) { // xorshift32
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  return random_state ^= random_state << 5;
}

static void fail(const char *what, const char *which) {
  fprintf(stderr, "steered-load: %s %s\n", what, which);
  exit(1);
}

static int write_name(uint8_t *out, const char *name) {
  int at = 0;
  while (*name) {
    const char *dot = strchrnul(name, '.');
    int length = (int)(dot - name);
    if (length == 0 || length > 63 || at + length > 250) fail("not a name:", name);
    out[at++] = (uint8_t)length;
    memcpy(out + at, name, (size_t)length);
    at += length;
    name = *dot ? dot + 1 : dot;
  }
  out[at++] = 0;
  return at;
}

static int write_query(uint8_t *out, uint16_t id, const char *name, int family, int has_opt, int dnssec_ok, int qtype, uint32_t network) {
  static const uint8_t header[12] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  memcpy(out, header, 12);
  out[0] = (uint8_t)(id >> 8);
  out[1] = (uint8_t)id;
  int at = 12 + write_name(out + 12, name);
  out[at++] = 0; out[at++] = (uint8_t)qtype; out[at++] = 0; out[at++] = 1;
  if (!has_opt) return at;
  out[11] = 1;
  static const uint8_t opt[9] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0};
  memcpy(out + at, opt, 9);
  out[at + 7] = dnssec_ok ? 0x80 : 0;
  at += 9;
  int octets = family == 0 ? 0 : family == 4 ? 3 : 7;
  int option = family == 0 ? 0 : 8 + octets;
  out[at++] = 0; out[at++] = (uint8_t)option;
  if (option == 0) return at;
  uint8_t head[8] = {0, 8, 0, (uint8_t)(4 + octets), 0, family == 4 ? 1 : 2, family == 4 ? 24 : 56, 0};
  memcpy(out + at, head, 8);
  at += 8;
  if (family == 4) {
    out[at] = (uint8_t)(network >> 24); out[at + 1] = (uint8_t)(network >> 16); out[at + 2] = (uint8_t)(network >> 8);
  } else {
    // 2000::/3, like the addresses that are given out: the top bits vary most.
    uint8_t net[7] = {(uint8_t)(0x20 | ((network >> 28) & 0x0f) % 10), (uint8_t)(network >> 20), (uint8_t)(network >> 12), (uint8_t)(network >> 4), 0, 0, 0};
    memcpy(out + at, net, 7);
  }
  return at + octets;
}

/** Distinct /24s of unicast space: neither 0/8, 10/8, 127/8, nor what lies above 223. */
static uint32_t *make_networks(uint32_t count) {
  uint32_t *networks = malloc(count * sizeof *networks);
  uint8_t *seen = calloc(1 << 21, 1);
  for (uint32_t i = 0; i < count;) {
    uint32_t network = draw() >> 8, top = network >> 16;
    if (top == 0 || top == 10 || top == 127 || top > 223 || seen[network >> 3] & (1 << (network & 7))) continue;
    seen[network >> 3] |= (uint8_t)(1 << (network & 7));
    networks[i++] = network << 8;
  }
  free(seen);
  return networks;
}

static void parse_target(struct target *t, char *text, uint32_t subnets, const uint32_t *networks) {
  char *equals = strchr(text, '=');
  if (equals == NULL) fail("LABEL=ADDRESS:PORT:PID:NAME:KIND, not", text);
  snprintf(t->label, sizeof t->label, "%.*s", (int)(equals - text), text);
  char *parts[5], *rest = equals + 1;
  for (int i = 0; i < 5; i++) if ((parts[i] = strsep(&rest, ":")) == NULL) fail("LABEL=ADDRESS:PORT:PID:NAME:KIND, not", t->label);
  t->address.sin_family = AF_INET;
  if (inet_pton(AF_INET, parts[0], &t->address.sin_addr) != 1) fail("not an IPv4 address:", parts[0]);
  t->address.sin_port = htons((uint16_t)atoi(parts[1]));
  t->pid = atoi(parts[2]);
  int family = strstr(parts[4], "ecs56") ? 6 : strstr(parts[4], "ecs") ? 4 : 0;
  int has_opt = strncmp(parts[4], "plain", 5) != 0, dnssec_ok = strstr(parts[4], "+do") != NULL, qtype = strstr(parts[4], "+aaaa") ? 28 : 1;
  FILE *file = parts[3][0] == '@' ? fopen(parts[3] + 1, "r") : NULL;
  if (parts[3][0] == '@' && file == NULL) fail("can't read", parts[3] + 1);
  t->count = subnets;
  t->packets = malloc(subnets * sizeof *t->packets);
  t->lengths = malloc(subnets * sizeof *t->lengths);
  for (uint32_t i = 0; i < subnets; i++) {
    char line[300], *name = parts[3];
    if (file != NULL) {
      if (fgets(line, sizeof line, file) == NULL) { rewind(file); if (fgets(line, sizeof line, file) == NULL) fail("empty:", parts[3]); }
      line[strcspn(line, " \t\r\n")] = 0;
      name = line;
    }
    size_t length = strlen(name);
    if (length > 0 && name[length - 1] == '.') name[length - 1] = 0;
    t->lengths[i] = (uint16_t)write_query(t->packets[i], (uint16_t)i, name, family, has_opt, dnssec_ok, qtype, networks[i]);
  }
  if (file != NULL) fclose(file);
  for (int i = 0; i < SOCKETS; i++) {
    t->fds[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (connect(t->fds[i], (struct sockaddr *)&t->address, sizeof t->address) != 0) fail("connect:", strerror(errno));
  }
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/** Nanoseconds on a CPU of all threads. */
static double cpu_of(int pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) fail("no such process:", path);
  double sum = 0;
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    if (task->d_name[0] == '.') continue;
    char stat[400];
    snprintf(stat, sizeof stat, "/proc/%d/task/%s/schedstat", pid, task->d_name);
    FILE *file = fopen(stat, "r");
    double own = 0;
    if (file != NULL) { if (fscanf(file, "%lf", &own) == 1) sum += own; fclose(file); }
  }
  closedir(tasks);
  return sum;
}

/** Keeps up to `window` queries under way for `seconds`. @returns CPU nanoseconds per answered query. */
static double load(struct target *t, double seconds, int window) {
  static uint8_t in[BATCH][1500];
  struct mmsghdr messages[BATCH];
  struct iovec vectors[BATCH];
  int outstanding[SOCKETS] = {0}, share = window / SOCKETS;
  uint64_t answered = 0;
  double cpu = cpu_of(t->pid), begin = seconds_now(), now = begin, heard = begin;
  for (;;) {
    int total = 0, got_any = 0;
    now = seconds_now();
    for (int s = 0; s < SOCKETS; s++) {
      int room = now - begin < seconds ? share - outstanding[s] : 0;
      if (room > BATCH) room = BATCH;
      // Whole batches: a generator that sends one by one has the server read one by one.
      if (room > 0 && (room >= share / 2 || outstanding[s] == 0)) {
        for (int i = 0; i < room; i++) {
          uint32_t at = (t->next + (uint32_t)i) % t->count;
          vectors[i] = (struct iovec){t->packets[at], t->lengths[at]};
          messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1}};
        }
        int sent = sendmmsg(t->fds[s], messages, (unsigned)room, 0);
        if (sent > 0) { outstanding[s] += sent; t->next = (t->next + (uint32_t)sent) % t->count; }
      }
      for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){in[i], sizeof in[i]};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i], .msg_iovlen = 1}};
      }
      int got = recvmmsg(t->fds[s], messages, BATCH, MSG_DONTWAIT, NULL);
      for (int i = 0; i < got; i++) {
        if (messages[i].msg_len >= 12 && (in[i][3] & 15) == 0 && in[i][7] > 0) answered++;
        else t->empty++;
      }
      if (got > 0) { outstanding[s] -= got; if (outstanding[s] < 0) outstanding[s] = 0; got_any = 1; }
      total += outstanding[s];
    }
    if (got_any) heard = now;
    else {
      struct pollfd polled[SOCKETS];
      for (int s = 0; s < SOCKETS; s++) polled[s] = (struct pollfd){.fd = t->fds[s], .events = POLLIN};
      poll(polled, SOCKETS, 1);
    }
    if (now - heard > 0.2) { t->lost += (uint64_t)total; memset(outstanding, 0, sizeof outstanding); total = 0; heard = now; }
    if (now - begin >= seconds && total == 0) break;
  }
  t->answered += answered;
  t->seconds += now - begin;
  return answered == 0 ? 0 : (cpu_of(t->pid) - cpu) / (double)answered;
}

static int by_value(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return difference < 0 ? -1 : difference > 0;
}
static double median(const double *values, int count) {
  double sorted[MAX_ROUNDS];
  memcpy(sorted, values, (size_t)count * sizeof *values);
  qsort(sorted, (size_t)count, sizeof *sorted, by_value);
  return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

int main(int argc, char **argv) {
  static struct target targets[MAX_TARGETS];
  int rounds = 5, window = 200, count = 0;
  double seconds = 1;
  uint32_t subnets = 100000;
  random_state = 1;
  char *texts[MAX_TARGETS];
  for (int i = 1; i < argc; i++) {
    if (strncmp(argv[i], "--", 2) == 0) {
      if (i + 1 == argc) fail("a value must follow", argv[i]);
      double value = atof(argv[i + 1]);
      if (!strcmp(argv[i], "--rounds")) rounds = (int)value;
      else if (!strcmp(argv[i], "--seconds")) seconds = value;
      else if (!strcmp(argv[i], "--window")) window = (int)value;
      else if (!strcmp(argv[i], "--subnets")) subnets = (uint32_t)value;
      else if (!strcmp(argv[i], "--seed")) random_state = (uint32_t)value;
      else fail("no such option:", argv[i]);
      i++;
    } else if (count < MAX_TARGETS) texts[count++] = argv[i];
  }
  if (count == 0 || rounds < 1 || rounds > MAX_ROUNDS || subnets < 1 || subnets > 1000000 || window < SOCKETS || random_state == 0) {
    fail("see the head of", "steered-load.c");
  }
  uint32_t *networks = make_networks(subnets);
  for (int i = 0; i < count; i++) parse_target(&targets[i], texts[i], subnets, networks);
  // Warm-up, not counted: every client comes twice, so that what can be remembered is.
  for (int i = 0; i < count; i++) for (int times = 0; times < 100 && targets[i].answered < 2 * (uint64_t)subnets; times++) load(&targets[i], 0.2, window);
  for (int i = 0; i < count; i++) targets[i].answered = targets[i].lost = targets[i].empty = 0, targets[i].seconds = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < count; i++) {
      struct target *t = &targets[(i + round) % count];
      t->nanoseconds[round] = load(t, seconds, window);
    }
  }
  printf("%-14s %10s %7s %9s %9s %8s %8s\n", "", "ns/query", "ratio", "quartiles", "answers/s", "lost", "no answer");
  for (int i = 0; i < count; i++) {
    double ratios[MAX_ROUNDS];
    for (int round = 0; round < rounds; round++) ratios[round] = targets[i].nanoseconds[round] / targets[0].nanoseconds[round];
    qsort(ratios, (size_t)rounds, sizeof *ratios, by_value);
    printf("%-14s %10.0f %7.3f %4.2f-%4.2f %9.0f %8llu %8llu\n", targets[i].label, median(targets[i].nanoseconds, rounds), median(ratios, rounds), ratios[rounds / 4], ratios[rounds * 3 / 4],
           (double)targets[i].answered / targets[i].seconds, (unsigned long long)targets[i].lost, (unsigned long long)targets[i].empty);
  }
  return 0;
}
