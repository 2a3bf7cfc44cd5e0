/*
 * TCP in batches for Linux: an epoll descriptor of a listener's own holds its port and its connections; libuv watches that one descriptor. What is ready is
 * read, handed to JavaScript in one call, and what JavaScript wrote is sent.
 *
 * The octets lie in views that JavaScript made and hands over once; references keep them where they are. Every offset is made here, from a slot below SLOTS;
 * what JavaScript writes (a connection, the length of an answer, how many there are) is looked at before it is used.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <node_api.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "arguments.h"
#include "doors.h"
#include "peers.h"
#include "sockets.h"
#include "tcp_connections.h"

#define MOST_CONNECTIONS (1 << 21)
/* Rounds before the loop may look at other things; each connection has its turn. */
#define LEAST_ROUNDS 8

static void on_poll(uv_poll_t *poll, int status, int ready) {
  tcp_batch *self = poll->data;
  struct epoll_event events[SLOTS];
  (void)ready;
  if (status < 0) return;
  send_rows(self);
  uint32_t rounds = LEAST_ROUNDS + self->open_count / SLOTS;
  for (uint32_t round = 0; round < rounds; round++) {
    int found = epoll_wait(self->epoll_fd, events, SLOTS, 0);
    if (found <= 0) return;
    uint32_t row = 0;
    int is_port = 0;
    for (int i = 0; i < found; i++) {
      if (events[i].data.u32 == PORT) is_port = 1;
      else row = look_at(self, events[i].data.u32, events[i].events, row);
    }
    /* Last: the connections of the events are those that were meant. */
    if (is_port) row = accept_all(self, row);
    if (row > 0) {
      self->table[CELL_IN_CALL] = 1;
      call_back(self->env, self->context, self->callback, (int32_t)row);
      if (self->closed) return;
      self->table[CELL_IN_CALL] = 0;
      send_rows(self);
    }
  }
}

/* Closing: the kernel's sockets and libuv's handle first, the memory when JavaScript has let go of it too. */

static void release(tcp_batch *self) {
  if (!self->handle_gone || !self->external_gone) return;
  free(self->connections);
  free(self);
}

static void on_closed(uv_handle_t *handle) {
  tcp_batch *self = handle->data;
  self->handle_gone = 1;
  if (self->cleanup != NULL) napi_remove_async_cleanup_hook(self->cleanup);
  self->cleanup = NULL;
  release(self);
}

static void shut(tcp_batch *self) {
  if (self->closed) return;
  self->closed = 1;
  for (uint32_t id = 0; id < self->fresh; id++) {
    if (self->connections[id].fd >= 0) close(self->connections[id].fd);
    free(self->connections[id].kept);
    self->connections[id].fd = -1;
    self->connections[id].kept = NULL;
  }
  stop_listening(self);
  uv_poll_stop(&self->poll);
  uv_close((uv_handle_t *)&self->poll, on_closed);
  close(self->epoll_fd);
}

/* The environment (a worker) ends. */
static void on_cleanup(napi_async_cleanup_hook_handle handle, void *data) {
  (void)handle;
  shut(data);
}

static void on_finalize(napi_env env, void *data, void *hint) {
  tcp_batch *self = data;
  (void)env;
  (void)hint;
  shut(self);
  self->external_gone = 1;
  release(self);
}

/* The doors to JavaScript */

static napi_value give_up(napi_env env, tcp_batch *self, int port_fd, int error, const char *what) {
  if (self != NULL) {
    if (self->epoll_fd >= 0) close(self->epoll_fd);
    free(self->connections);
    free(self);
  }
  if (port_fd >= 0) close(port_fd);
  return throw_errno(env, error, what);
}

/* openTcp(host, port, reusePort, backlog, capacity, inputStride, outputStride, input, output, peers, table, onBatch): a port, not read from yet. */
static napi_value door_open(napi_env env, napi_callback_info info) {
  size_t argc = 12;
  napi_value argv[12];
  char host[64];
  int32_t port, backlog;
  uint32_t capacity, input_stride, output_stride;
  bool reuse_port;
  void *views[VIEWS];
  napi_valuetype type;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != napi_ok || argc != 12 || !read_text(env, argv[0], host, sizeof host) ||
      napi_get_value_int32(env, argv[1], &port) != napi_ok || port < 0 || port > 65535 || napi_get_value_bool(env, argv[2], &reuse_port) != napi_ok ||
      napi_get_value_int32(env, argv[3], &backlog) != napi_ok || backlog < 1 || napi_get_value_uint32(env, argv[4], &capacity) != napi_ok ||
      capacity < 1 || capacity > MOST_CONNECTIONS || napi_get_value_uint32(env, argv[5], &input_stride) != napi_ok || input_stride < 2 ||
      input_stride > 1 << 20 || napi_get_value_uint32(env, argv[6], &output_stride) != napi_ok || output_stride < FRAME_OCTETS ||
      output_stride > 1 << 20 || !read_view(env, argv[7], napi_uint8_array, (size_t)SLOTS * input_stride, &views[VIEW_INPUT]) ||
      !read_view(env, argv[8], napi_uint8_array, (size_t)SLOTS * output_stride, &views[VIEW_OUTPUT]) ||
      !read_view(env, argv[9], napi_uint8_array, SLOTS * PEER_OCTETS, &views[VIEW_PEERS]) ||
      !read_view(env, argv[10], napi_int32_array, KEPT_AT + (size_t)capacity, &views[VIEW_TABLE]) ||
      napi_typeof(env, argv[11], &type) != napi_ok || type != napi_function) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "openTcp: an argument has the wrong type or range");
    return NULL;
  }
  int family, wildcard;
  int fd = open_socket(SOCK_STREAM, host, port, reuse_port, &family, &wildcard);
  if (fd < 0) return throw_errno(env, -fd, "bind");
  /* Accepted sockets inherit it. */
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (listen(fd, backlog) != 0) return give_up(env, NULL, fd, errno, "listen");
  tcp_batch *self = calloc(1, sizeof *self);
  uv_loop_t *loop;
  napi_value external, name;
  if (self == NULL) return give_up(env, NULL, fd, ENOMEM, "open");
  self->epoll_fd = -1;
  self->connections = calloc(capacity, sizeof *self->connections);
  if (self->connections == NULL || napi_get_uv_event_loop(env, &loop) != napi_ok) return give_up(env, self, fd, ENOMEM, "open");
  self->kind = KIND_TCP;
  self->env = env;
  self->port_fd = fd;
  self->family = family;
  self->port = bound_port(fd);
  self->input_stride = input_stride;
  self->output_stride = output_stride;
  self->input = views[VIEW_INPUT];
  self->output = views[VIEW_OUTPUT];
  self->peers = views[VIEW_PEERS];
  self->table = views[VIEW_TABLE];
  self->capacity = capacity;
  self->first_free = UINT32_MAX;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = PORT};
  self->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (self->epoll_fd < 0 || epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) return give_up(env, self, fd, errno, "epoll");
  int error = uv_poll_init(loop, &self->poll, self->epoll_fd);
  if (error != 0) return give_up(env, self, fd, -error, "poll");
  self->poll.data = self;
  for (int i = 0; i < VIEWS; i++) napi_create_reference(env, argv[7 + i], 1, &self->views[i]);
  napi_create_reference(env, argv[11], 1, &self->callback);
  napi_create_string_utf8(env, "dnsteer:tcp", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &self->context);
  napi_add_async_cleanup_hook(env, on_cleanup, self, &self->cleanup);
  if (napi_create_external(env, self, on_finalize, NULL, &external) != napi_ok) {
    self->external_gone = 1;
    shut(self);
    return throw_errno(env, ENOMEM, "open");
  }
  return external;
}

static tcp_batch *read_self(napi_env env, napi_callback_info info, size_t wanted, napi_value *argv) {
  size_t argc = wanted;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != napi_ok || argc < wanted) return NULL;
  return read_external(env, argv[0], KIND_TCP);
}

/* The port and the number of a connection of it. */
static connection *read_connection(napi_env env, napi_callback_info info, size_t wanted, napi_value *argv, tcp_batch **self, uint32_t *id) {
  *self = read_self(env, info, wanted, argv);
  if (*self == NULL || (*self)->closed || napi_get_value_uint32(env, argv[1], id) != napi_ok) return NULL;
  return find(*self, *id);
}

/* listenOn(port, how): 1: accept from now on, again after EVENT_NOT_ACCEPTED too; 0: nothing more is accepted, and the port is free. */
static napi_value door_listen_on(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  bool on;
  tcp_batch *self = read_self(env, info, 2, argv);
  if (self == NULL || self->closed || napi_get_value_bool(env, argv[1], &on) != napi_ok) return NULL;
  if (on) {
    listen_on(self, EPOLLIN);
    if (!uv_is_active((uv_handle_t *)&self->poll)) uv_poll_start(&self->poll, UV_READABLE, on_poll);
  } else {
    stop_listening(self);
  }
  return NULL;
}

/* flushTcp(port): sends the rows that are written. */
static napi_value door_flush(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  tcp_batch *self = read_self(env, info, 1, argv);
  if (self != NULL && !self->closed) send_rows(self);
  return NULL;
}

/* readTcp(port, connection, on): whether what the client sends is read. */
static napi_value door_read(napi_env env, napi_callback_info info) {
  napi_value argv[3];
  tcp_batch *self;
  uint32_t id;
  bool on;
  connection *it = read_connection(env, info, 3, argv, &self, &id);
  if (it != NULL && napi_get_value_bool(env, argv[2], &on) == napi_ok)
    watch(self, id, on ? it->events | EPOLLIN : it->events & ~(uint32_t)EPOLLIN);
  return NULL;
}

/* endTcp(port, connection): our FIN, after all that was written has been taken. */
static napi_value door_end(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  tcp_batch *self;
  uint32_t id;
  connection *it = read_connection(env, info, 2, argv, &self, &id);
  if (it != NULL) shutdown(it->fd, SHUT_WR);
  return NULL;
}

/* dropTcp(port, connection): closes it; its number may be another's after this turn. */
static napi_value door_drop(napi_env env, napi_callback_info info) {
  napi_value argv[2];
  tcp_batch *self;
  uint32_t id;
  if (read_connection(env, info, 2, argv, &self, &id) != NULL) drop(self, id);
  return NULL;
}

/* factsTcp(port): [port, writes in its life]. */
static napi_value door_facts(napi_env env, napi_callback_info info) {
  napi_value argv[1], result, value;
  tcp_batch *self = read_self(env, info, 1, argv);
  if (self == NULL) return throw_errno(env, EBADF, "facts");
  const uint32_t facts[2] = {(uint32_t)self->port, self->writes};
  napi_create_array_with_length(env, 2, &result);
  for (uint32_t i = 0; i < 2; i++) {
    napi_create_uint32(env, facts[i], &value);
    napi_set_element(env, result, i, value);
  }
  return result;
}

/* closeTcp(port): cuts off what is open. */
static napi_value door_close(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  tcp_batch *self = read_self(env, info, 1, argv);
  if (self == NULL || self->closed) return NULL;
  shut(self);
  for (int i = 0; i < VIEWS; i++) napi_delete_reference(env, self->views[i]);
  napi_delete_reference(env, self->callback);
  napi_async_destroy(env, self->context);
  return NULL;
}

void define_tcp_doors(napi_env env, napi_value exports) {
  const struct {
    const char *name;
    napi_callback door;
  } doors[] = {{"openTcp", door_open}, {"listenOn", door_listen_on}, {"flushTcp", door_flush}, {"readTcp", door_read},
               {"endTcp", door_end},   {"dropTcp", door_drop},       {"factsTcp", door_facts}, {"closeTcp", door_close}};
  for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
    /* Writable: a test counts what goes through. */
    const napi_property_descriptor property = {doors[i].name, NULL, doors[i].door, NULL, NULL, NULL, napi_default_jsproperty, NULL};
    napi_define_properties(env, exports, 1, &property);
  }
}
