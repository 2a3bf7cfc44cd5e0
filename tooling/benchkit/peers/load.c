/* A load generator for what dnsperf does not measure: one query outstanding per socket, latencies as percentiles, queries at fixed times,
 * and answers whose records are of more than one version of a zone (all TTLs of one answer are the same in the zones that are asked about).
 *
 *   load udp|tcp PORT FILE SOCKETS SECONDS RATE
 *
 * FILE: queries, each behind its length in two octets. RATE 0: every socket sends its next query when the last one is answered, or after a
 * second. RATE > 0 (udp): so many a second at fixed times, whether or not answers come; latency counts from the time at which a query was due.
 * Ends after SECONDS, or at SIGINT; waits a second more for what is outstanding. Prints one line of JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SOCKETS = 1024, IDS = 65536, FINE = 1000000, COARSE = 1000000 };
static const uint64_t TIMEOUT_NS = 1000000000ull;

struct peer {
  int fd;
  uint64_t due;    /* when its query was due; 0: none is outstanding (RATE 0) */
  uint16_t id;
  uint32_t have;   /* octets in `in` */
  uint8_t in[2 + 65535];
};

static struct peer peers[MAX_SOCKETS];
static uint64_t due_of[IDS];
static uint32_t fine[FINE], coarse[COARSE]; /* 0.1 us up to 100 ms, then 10 us up to 10 s */
static uint64_t sent, answered, lost, mixed, backwards, max_ns;
static struct { uint32_t ttl; uint64_t count, first; } ttls[8];
static int known_ttls;
static const uint8_t *queries, *next_query, *queries_end;
static volatile sig_atomic_t stopped;

static void on_interrupt(int signal) { (void)signal; stopped = 1; }

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint32_t skip_name(const uint8_t *m, uint32_t length, uint32_t at) {
  while (at < length) {
    if (m[at] >= 0xc0) return at + 2;
    if (m[at] == 0) return at + 1;
    at += 1u + m[at];
  }
  return length;
}

/* Counts the TTL of the answer's records as its version. */
static void note_versions(const uint8_t *m, uint32_t length, uint64_t due, uint64_t at_ns) {
  uint32_t records = (uint32_t)m[6] << 8 | m[7], first = 0, at = 12;
  if (records == 0) return;
  if (m[4] || m[5]) at = skip_name(m, length, at) + 4;
  for (uint32_t i = 0; i < records; i++) {
    at = skip_name(m, length, at);
    if (at + 10 > length) return;
    uint32_t ttl = (uint32_t)m[at + 4] << 24 | (uint32_t)m[at + 5] << 16 | (uint32_t)m[at + 6] << 8 | m[at + 7];
    if (i == 0) first = ttl;
    else if (ttl != first) { mixed++; return; }
    at += 10u + ((uint32_t)m[at + 8] << 8 | m[at + 9]);
  }
  int k = 0;
  while (k < known_ttls && ttls[k].ttl != first) k++;
  if (k == 8) return;
  if (k == known_ttls) {
    known_ttls++;
    ttls[k].ttl = first;
    ttls[k].first = at_ns;
  }
  ttls[k].count++;
  /* Asked after a newer version had been seen. */
  if (k < known_ttls - 1 && due > ttls[known_ttls - 1].first) backwards++;
}

static void note_answer(const uint8_t *m, uint32_t length, uint64_t due) {
  uint64_t at = now(), took = at > due ? at - due : 0;
  answered++;
  if (took > max_ns) max_ns = took;
  if (took / 100 < FINE) fine[took / 100]++;
  else coarse[took / 10000 < COARSE ? took / 10000 : COARSE - 1]++;
  note_versions(m, length, due, at);
}

static double percentile_us(double share) {
  uint64_t wanted = (uint64_t)(share * (double)answered), seen = 0;
  for (uint32_t i = 0; i < FINE; i++) if ((seen += fine[i]) > wanted) return i / 10.0;
  for (uint32_t i = 0; i < COARSE; i++) if ((seen += coarse[i]) > wanted) return i * 10.0;
  return max_ns / 1000.0;
}

static void send_query(struct peer *p, int is_tcp, uint16_t id, uint64_t due) {
  uint8_t out[2 + 65535];
  if (next_query >= queries_end) next_query = queries;
  uint32_t length = (uint32_t)next_query[0] << 8 | next_query[1];
  memcpy(out, next_query, 2 + length);
  next_query += 2 + length;
  out[2] = (uint8_t)(id >> 8);
  out[3] = (uint8_t)id;
  p->id = id;
  p->due = due;
  sent++;
  if (is_tcp) {
    /* One small query on an idle connection always fits. */
    if (send(p->fd, out, 2 + length, MSG_NOSIGNAL) != (ssize_t)(2 + length)) fail("send");
  } else if (send(p->fd, out + 2, length, 0) < 0 && errno != EAGAIN && errno != ECONNREFUSED) fail("send");
}

/* One answer of `p` is there: m, length. */
static void take(struct peer *p, const uint8_t *m, uint32_t length, int at_rate) {
  if (length < 12) return;
  uint16_t id = (uint16_t)(m[0] << 8 | m[1]);
  if (at_rate) {
    if (due_of[id] == 0) return;
    note_answer(m, length, due_of[id]);
    due_of[id] = 0;
  } else if (p->due != 0 && id == p->id) {
    note_answer(m, length, p->due);
    p->due = 0;
  }
}

static void receive(struct peer *p, int is_tcp, int at_rate) {
  if (!is_tcp) {
    for (ssize_t n; (n = recv(p->fd, p->in, sizeof p->in, 0)) >= 0;) take(p, p->in, (uint32_t)n, at_rate);
    return;
  }
  ssize_t n = recv(p->fd, p->in + p->have, sizeof p->in - p->have, 0);
  if (n == 0) { fprintf(stderr, "the server closed a connection\n"); exit(1); }
  if (n < 0) return;
  p->have += (uint32_t)n;
  while (p->have >= 2) {
    uint32_t length = (uint32_t)p->in[0] << 8 | p->in[1];
    if (p->have < 2 + length) break;
    take(p, p->in + 2, length, at_rate);
    p->have -= 2 + length;
    memmove(p->in, p->in + 2 + length, p->have);
  }
}

int main(int argc, char **argv) {
  if (argc != 7) { fprintf(stderr, "usage: load udp|tcp PORT FILE SOCKETS SECONDS RATE\n"); return 2; }
  int is_tcp = strcmp(argv[1], "tcp") == 0, sockets = atoi(argv[4]);
  double seconds = atof(argv[5]), rate = atof(argv[6]);
  int at_rate = rate > 0;
  if (sockets < 1 || sockets > MAX_SOCKETS || (at_rate && is_tcp)) { fprintf(stderr, "1 to %d sockets; a rate over UDP only\n", MAX_SOCKETS); return 2; }
  signal(SIGINT, on_interrupt);

  FILE *file = fopen(argv[3], "rb");
  if (!file) fail(argv[3]);
  fseek(file, 0, SEEK_END);
  long octets = ftell(file);
  rewind(file);
  uint8_t *text = malloc((size_t)octets + 1);
  if (!text || octets < 14 || fread(text, 1, (size_t)octets, file) != (size_t)octets) fail(argv[3]);
  fclose(file);
  queries = next_query = text;
  queries_end = text + octets;

  int epoll = epoll_create1(0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2])) };
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  for (int i = 0; i < sockets; i++) {
    struct peer *p = &peers[i];
    int one = 1, room = 4 << 20;
    p->fd = socket(AF_INET, is_tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (p->fd < 0 || connect(p->fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
    if (is_tcp) setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    fcntl(p->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = p };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, p->fd, &event) < 0) fail("epoll_ctl");
  }

  uint64_t begin = now(), end = begin + (uint64_t)(seconds * 1e9), at_end = 0, last_sweep = begin;
  uint64_t step = at_rate ? (uint64_t)(1e9 / rate) : 0, due = begin;
  uint16_t id = 1;
  for (;;) {
    uint64_t at = now();
    int is_over = stopped || at >= end;
    if (is_over && at_end == 0) at_end = at;
    if (!is_over && at_rate) {
      for (; due <= at; due += step, id++) {
        if (due_of[id] != 0) lost++;
        due_of[id] = due;
        send_query(&peers[sent % (uint64_t)sockets], 0, id, due);
      }
    } else if (!at_rate) {
      int sweep = at - last_sweep > TIMEOUT_NS / 10, outstanding = 0;
      if (sweep) last_sweep = at;
      for (int i = 0; i < sockets; i++) {
        struct peer *p = &peers[i];
        if (sweep && !is_tcp && p->due != 0 && at - p->due > TIMEOUT_NS) { lost++; p->due = 0; }
        if (p->due == 0 && !is_over) send_query(p, is_tcp, id++, now());
        if (p->due != 0) outstanding++;
      }
      if (is_over && outstanding == 0) break;
    }
    if (at_end != 0 && at - at_end > TIMEOUT_NS) break;
    struct epoll_event events[64];
    /* At a rate: sleep a fraction of a millisecond at most, so that queries leave in time. */
    struct timespec wait = { .tv_nsec = at_rate ? (step < 200000 ? (long)step : 200000) : 100000000 };
    int ready = epoll_pwait2(epoll, events, 64, &wait, NULL);
    for (int i = 0; i < ready; i++) receive(events[i].data.ptr, is_tcp, at_rate);
  }
  for (int i = 0; i < IDS; i++) if (due_of[i] != 0) lost++;
  for (int i = 0; i < sockets; i++) if (!at_rate && peers[i].due != 0) lost++;

  double took = (double)((at_end ? at_end : now()) - begin) / 1e9;
  printf("{\"sent\":%llu,\"answered\":%llu,\"lost\":%llu,\"seconds\":%.3f,\"queriesPerSecond\":%.0f,", (unsigned long long)sent,
         (unsigned long long)answered, (unsigned long long)lost, took, (double)answered / took);
  printf("\"p50Us\":%.1f,\"p99Us\":%.1f,\"maxUs\":%.1f,\"mixed\":%llu,\"backwards\":%llu,\"ttls\":[", percentile_us(0.5), percentile_us(0.99),
         (double)max_ns / 1000.0, (unsigned long long)mixed, (unsigned long long)backwards);
  for (int i = 0; i < known_ttls; i++) printf("%s[%u,%llu]", i ? "," : "", ttls[i].ttl, (unsigned long long)ttls[i].count);
  printf("]}\n");
  return 0;
}
