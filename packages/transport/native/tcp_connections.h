/*
 * The connections of a listener: what is read from them, what is sent to them.
 *
 * A connection is a number below `capacity`. It is given out again only by accept_all(), which comes after everything that was written for the former one
 * is gone.
 */
#ifndef DNSTEER_TCP_CONNECTIONS_H
#define DNSTEER_TCP_CONNECTIONS_H

#include <errno.h>
#include <netinet/in.h>
#include <node_api.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uv.h>

#include "peers.h"

#define SLOTS 64
#define FRAME_OCTETS (2 + 65535)
#define PORT UINT32_MAX

/* Rows of `table`: [connection, event] for each input slot, [connection, octets] for each output slot, then cells, then the octets kept for each connection. */
enum { ROW_IN = 0, ROW_OUT = 2 * SLOTS, CELL_OUT_COUNT = 4 * SLOTS, CELL_IN_CALL, KEPT_AT };
/* Events; above 0: octets that were read. */
enum { EVENT_END = 0, EVENT_RESET = -1, EVENT_SENT = -2, EVENT_ACCEPTED = -3, EVENT_NOT_ACCEPTED = -4 };
enum { VIEW_INPUT, VIEW_OUTPUT, VIEW_PEERS, VIEW_TABLE, VIEWS };

typedef struct {
  int fd; /* -1: free */
  uint32_t next_free;
  uint32_t events;
  int ended; /* the client's FIN came */
  uint8_t *kept;
  size_t kept_at;
  size_t kept_octets;
  size_t kept_capacity;
} connection;

typedef struct {
  uint32_t kind;
  napi_env env;
  napi_ref callback;
  napi_ref views[VIEWS];
  napi_async_context context;
  uv_poll_t poll;
  int epoll_fd;
  int port_fd; /* -1 once nothing more is accepted */
  int family;
  int port;
  int closed;
  int handle_gone;
  int external_gone;
  napi_async_cleanup_hook_handle cleanup;
  uint32_t input_stride;
  uint32_t output_stride;
  uint8_t *input;
  uint8_t *output;
  uint8_t *peers;
  int32_t *table;
  uint32_t capacity;
  uint32_t fresh; /* connections from here on were never used */
  uint32_t first_free;
  uint32_t open_count;
  uint32_t writes;
  connection *connections;
} tcp_batch;

static inline connection *find(tcp_batch *self, int64_t id) {
  return id >= 0 && id < self->fresh && self->connections[id].fd >= 0 ? &self->connections[id] : NULL;
}

/* Sending */

static inline void watch(tcp_batch *self, uint32_t id, uint32_t events) {
  connection *it = &self->connections[id];
  if (it->ended) events &= ~(uint32_t)EPOLLIN;
  if (events == it->events) return;
  struct epoll_event event = {.events = events, .data.u32 = id};
  if (epoll_ctl(self->epoll_fd, EPOLL_CTL_MOD, it->fd, &event) == 0) it->events = events;
}

static inline void set_kept(tcp_batch *self, uint32_t id, size_t octets) {
  self->connections[id].kept_octets = octets;
  self->table[KEPT_AT + id] = octets > INT32_MAX ? INT32_MAX : (int32_t)octets;
}

static inline void forget_kept(tcp_batch *self, uint32_t id) {
  connection *it = &self->connections[id];
  free(it->kept);
  it->kept = NULL;
  it->kept_at = it->kept_capacity = 0;
  set_kept(self, id, 0);
}

/* Keeps what the kernel did not take, behind what was kept before. */
static inline void keep(tcp_batch *self, uint32_t id, const uint8_t *octets, size_t length) {
  connection *it = &self->connections[id];
  if (it->kept_at + it->kept_octets + length > it->kept_capacity) {
    size_t capacity = 2 * (it->kept_octets + length);
    uint8_t *grown = malloc(capacity);
    if (grown == NULL) {
      /* A stream with a hole is of no use: epoll tells that it is gone. */
      shutdown(it->fd, SHUT_RDWR);
      return;
    }
    if (it->kept_octets > 0) memcpy(grown, it->kept + it->kept_at, it->kept_octets);
    free(it->kept);
    it->kept = grown;
    it->kept_at = 0;
    it->kept_capacity = capacity;
  }
  memcpy(it->kept + it->kept_at + it->kept_octets, octets, length);
  set_kept(self, id, it->kept_octets + length);
  watch(self, id, it->events | EPOLLOUT);
}

/* Octets taken; 0 also for a broken connection, of which epoll tells. */
static inline size_t try_send(tcp_batch *self, int fd, struct iovec *parts, size_t count) {
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
  ssize_t sent;
  self->writes++;
  do sent = count == 1 ? send(fd, parts->iov_base, parts->iov_len, MSG_DONTWAIT | MSG_NOSIGNAL) : sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent > 0 ? (size_t)sent : 0;
}

/* Sends what JavaScript has written: rows of one connection that follow each other in one write. */
static inline void send_rows(tcp_batch *self) {
  struct iovec parts[SLOTS];
  int32_t *rows = self->table + ROW_OUT;
  int32_t count = self->table[CELL_OUT_COUNT];
  self->table[CELL_OUT_COUNT] = 0;
  if (count > SLOTS) count = SLOTS;
  for (int32_t at = 0; at < count;) {
    int32_t id = rows[2 * at];
    size_t used = 0;
    for (; at < count && rows[2 * at] == id; at++) {
      int32_t octets = rows[2 * at + 1];
      if (octets <= 0) continue;
      parts[used].iov_base = self->output + (size_t)at * self->output_stride;
      parts[used++].iov_len = octets > FRAME_OCTETS ? FRAME_OCTETS : (size_t)octets;
    }
    connection *it = find(self, id);
    if (it == NULL || used == 0) continue;
    size_t sent = it->kept_octets > 0 ? 0 : try_send(self, it->fd, parts, used);
    for (size_t i = 0; i < used; i++) {
      size_t length = parts[i].iov_len;
      if (sent >= length) {
        sent -= length;
        continue;
      }
      keep(self, (uint32_t)id, (uint8_t *)parts[i].iov_base + sent, length - sent);
      sent = 0;
    }
  }
}

/* Sends what was kept; 0 when the kernel takes nothing. */
static inline size_t send_kept(tcp_batch *self, uint32_t id) {
  connection *it = &self->connections[id];
  if (it->kept_octets == 0) return 0;
  struct iovec part = {it->kept + it->kept_at, it->kept_octets};
  size_t sent = try_send(self, it->fd, &part, 1);
  it->kept_at += sent;
  set_kept(self, id, it->kept_octets - sent);
  if (it->kept_octets > 0) return sent;
  forget_kept(self, id);
  watch(self, id, it->events & ~(uint32_t)EPOLLOUT);
  return sent;
}

/* Connections */

static inline void drop(tcp_batch *self, uint32_t id) {
  connection *it = &self->connections[id];
  forget_kept(self, id);
  close(it->fd);
  it->fd = -1;
  it->next_free = self->first_free;
  self->first_free = id;
  self->open_count--;
}

static inline void listen_on(tcp_batch *self, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u32 = PORT};
  if (self->port_fd >= 0) epoll_ctl(self->epoll_fd, EPOLL_CTL_MOD, self->port_fd, &event);
}

static inline void stop_listening(tcp_batch *self) {
  if (self->port_fd >= 0) close(self->port_fd);
  self->port_fd = -1;
}

static inline void put_event(tcp_batch *self, uint32_t row, uint32_t id, int32_t event) {
  self->table[ROW_IN + 2 * row] = (int32_t)id;
  self->table[ROW_IN + 2 * row + 1] = event;
}

/* Accepts up to the last row. @returns the next row. */
static inline uint32_t accept_all(tcp_batch *self, uint32_t row) {
  /* The rest is told of again. */
  for (int tries = 0; tries < 2 * SLOTS && row < SLOTS && self->port_fd >= 0; tries++) {
    struct sockaddr_storage name;
    struct msghdr from = {.msg_name = &name};
    socklen_t length = sizeof name;
    int fd = accept4(self->port_fd, (struct sockaddr *)&name, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return row;
      /* No descriptor, no memory, a rule that forbids it. JavaScript says when to try again: what waits would be told of without end. */
      int error = errno;
      listen_on(self, 0);
      put_event(self, row++, (uint32_t)error, EVENT_NOT_ACCEPTED);
      return row;
    }
    uint32_t id = self->first_free;
    if (id != UINT32_MAX) self->first_free = self->connections[id].next_free;
    else if (self->fresh < self->capacity) id = self->fresh++;
    else {
      close(fd);
      continue;
    }
    self->connections[id] = (connection){.fd = fd, .events = EPOLLIN};
    self->open_count++;
    set_kept(self, id, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = id};
    if (epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
      drop(self, id);
      continue;
    }
    write_peer(self->peers + row * PEER_OCTETS, self->family, &from);
    put_event(self, row++, id, EVENT_ACCEPTED);
  }
  return row;
}

/* @returns the next row. */
static inline uint32_t look_at(tcp_batch *self, uint32_t id, uint32_t events, uint32_t row) {
  connection *it = find(self, id);
  if (it == NULL) return row;
  if (events & (EPOLLERR | EPOLLHUP) && !(it->events & EPOLLIN)) {
    /* It is told of again and again until the connection is dropped. */
    put_event(self, row, id, EVENT_RESET);
    return row + 1;
  }
  if (events & (EPOLLIN | EPOLLERR | EPOLLHUP) && it->events & EPOLLIN) {
    ssize_t octets;
    do octets = recv(it->fd, self->input + (size_t)row * self->input_stride, self->input_stride, MSG_DONTWAIT);
    while (octets < 0 && errno == EINTR);
    if (octets < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return row;
    if (octets == 0) {
      it->ended = 1;
      watch(self, id, it->events);
    }
    put_event(self, row, id, octets < 0 ? EVENT_RESET : (int32_t)octets);
    return row + 1;
  }
  if (events & EPOLLOUT && send_kept(self, id) > 0) {
    put_event(self, row, id, EVENT_SENT);
    return row + 1;
  }
  return row;
}

#endif
