/*
 * UDP in batches for Linux: one recvmmsg, one call into JavaScript, one sendmmsg.
 *
 * The octets of a batch lie in views that JavaScript made and hands over once; the socket keeps references to them, so that they stay where they are.
 * Every offset is made here, from a slot below `slots`; what JavaScript writes (the length of an answer) is clamped before it is used.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "arguments.h"
#include "doors.h"
#include "peers.h"
#include "sockets.h"

#define MAX_SLOTS 64
/* Batches read before the loop may look at other things. */
#define BATCHES_IN_A_TURN 8
/* Counters behind the lengths; the second is 1 while what JavaScript writes into the slots will be sent. */
enum { COUNTER_UNSENT, COUNTER_IN_CALL, COUNTERS };
enum { VIEW_INPUT, VIEW_OUTPUT, VIEW_PEERS, VIEW_LENGTHS, VIEWS };

typedef struct {
  uint32_t kind;
  napi_env env;
  napi_ref callback;
  napi_ref views[VIEWS];
  napi_async_context context;
  uv_poll_t poll;
  int fd;
  int family;
  int wildcard;
  int closed;
  int handle_gone;
  int external_gone;
  napi_async_cleanup_hook_handle cleanup;
  uint32_t slots;
  uint32_t input_octets;
  uint32_t output_octets;
  uint8_t *input;
  uint8_t *output;
  uint8_t *peers;
  int32_t *lengths; /* received[slots], answered[slots], counters */
  struct mmsghdr rx[MAX_SLOTS];
  struct iovec rx_iov[MAX_SLOTS];
  struct sockaddr_storage names[MAX_SLOTS];
  control_t control[MAX_SLOTS];
  struct mmsghdr tx[MAX_SLOTS];
  struct iovec tx_iov[MAX_SLOTS];
  control_t tx_control[MAX_SLOTS];
  uint32_t tx_next;
  uint32_t tx_count;
} udp_batch;

static void count(udp_batch *self, int counter, int32_t by) { self->lengths[2 * self->slots + counter] += by; }

/* Receiving */

static int receive(udp_batch *self) {
  for (uint32_t i = 0; i < self->slots; i++) {
    struct msghdr *message = &self->rx[i].msg_hdr;
    message->msg_namelen = sizeof self->names[i];
    message->msg_controllen = self->wildcard ? sizeof self->control[i] : 0;
  }
  int received;
  do received = recvmmsg(self->fd, self->rx, self->slots, MSG_DONTWAIT, NULL);
  while (received < 0 && errno == EINTR);
  for (int i = 0; i < received; i++) {
    self->lengths[i] = (int32_t)self->rx[i].msg_len;
    self->lengths[self->slots + i] = 0;
    write_peer(self->peers + i * PEER_OCTETS, self->family, &self->rx[i].msg_hdr);
  }
  return received;
}

/* Sending */

static void collect(udp_batch *self, uint32_t received) {
  self->tx_next = self->tx_count = 0;
  for (uint32_t i = 0; i < received; i++) {
    int32_t octets = self->lengths[self->slots + i];
    if (octets <= 0) continue;
    if ((uint32_t)octets > self->output_octets) octets = (int32_t)self->output_octets;
    uint32_t at = self->tx_count++;
    struct msghdr *message = &self->tx[at].msg_hdr;
    self->tx_iov[at].iov_base = self->output + (size_t)i * self->output_octets;
    self->tx_iov[at].iov_len = (size_t)octets;
    message->msg_name = &self->names[i];
    message->msg_namelen = self->rx[i].msg_hdr.msg_namelen;
    message->msg_iov = &self->tx_iov[at];
    message->msg_iovlen = 1;
    message->msg_flags = 0;
    message->msg_control = NULL;
    message->msg_controllen = 0;
    if (self->wildcard) put_source(message, &self->tx_control[at], self->family, self->peers + i * PEER_OCTETS);
  }
}

/*
 * Sends what was collected; 0 when the kernel takes no more at present. For lack of memory (ENOBUFS) it takes none though the socket is writable, so that
 * waiting for that would go round and round: it is waited for once, and then what can't be sent is given up.
 */
static int flush(udp_batch *self, int has_waited) {
  while (self->tx_next < self->tx_count) {
    int sent = sendmmsg(self->fd, self->tx + self->tx_next, self->tx_count - self->tx_next, MSG_DONTWAIT);
    if (sent > 0) {
      self->tx_next += (uint32_t)sent;
      has_waited = 0;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || (errno == ENOBUFS && !has_waited)) {
      return 0;
    } else if (errno != EINTR) {
      /* This one can't be sent (no route, port 0, too long); those behind it can. */
      self->tx_next++;
      count(self, COUNTER_UNSENT, 1);
    }
  }
  return 1;
}

static void on_poll(uv_poll_t *poll, int status, int events);

/* libuv watches a socket with an error no longer. The error is taken from it and told to JavaScript, and the socket is watched again. */
static void recover(udp_batch *self) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  uv_poll_start(&self->poll, self->tx_next < self->tx_count ? UV_WRITABLE : UV_READABLE, on_poll);
  call_back(self->env, self->context, self->callback, error == 0 ? -EIO : -error);
}

static void on_poll(uv_poll_t *poll, int status, int events) {
  udp_batch *self = poll->data;
  if (status < 0) {
    recover(self);
    return;
  }
  if (events & UV_WRITABLE) {
    if (!flush(self, 1)) return;
    uv_poll_start(poll, UV_READABLE, on_poll);
    return;
  }
  for (int i = 0; i < BATCHES_IN_A_TURN; i++) {
    int received = receive(self);
    if (received <= 0) return;
    int32_t *in_call = &self->lengths[2 * self->slots + COUNTER_IN_CALL];
    *in_call = 1;
    /* With the promises that are settled by then. */
    call_back(self->env, self->context, self->callback, received);
    if (self->closed) return;
    *in_call = 0;
    collect(self, (uint32_t)received);
    if (!flush(self, 0)) {
      /* Nothing is read until these are sent: order is kept, and the kernel's buffer holds what comes. */
      uv_poll_start(poll, UV_WRITABLE, on_poll);
      return;
    }
    if ((uint32_t)received < self->slots) return;
  }
}

/* Closing: the kernel's socket and libuv's handle first, the memory when JavaScript has let go of it too. */

static void release(udp_batch *self) {
  if (!self->handle_gone || !self->external_gone) return;
  free(self);
}

static void on_closed(uv_handle_t *handle) {
  udp_batch *self = handle->data;
  self->handle_gone = 1;
  if (self->cleanup != NULL) napi_remove_async_cleanup_hook(self->cleanup);
  self->cleanup = NULL;
  release(self);
}

static void shut(udp_batch *self) {
  if (self->closed) return;
  self->closed = 1;
  uv_poll_stop(&self->poll);
  uv_close((uv_handle_t *)&self->poll, on_closed);
  /* The port is free from here on. */
  close(self->fd);
}

/* The environment (a worker) ends. */
static void on_cleanup(napi_async_cleanup_hook_handle handle, void *data) {
  udp_batch *self = data;
  (void)handle;
  shut(self);
}

static void on_finalize(napi_env env, void *data, void *hint) {
  udp_batch *self = data;
  (void)env;
  (void)hint;
  shut(self);
  self->external_gone = 1;
  release(self);
}

/* The doors to JavaScript */

static udp_batch *read_self(napi_env env, napi_value value) { return read_external(env, value, KIND_UDP); }

static void prepare_messages(udp_batch *self) {
  for (uint32_t i = 0; i < self->slots; i++) {
    struct msghdr *message = &self->rx[i].msg_hdr;
    self->rx_iov[i].iov_base = self->input + (size_t)i * self->input_octets;
    self->rx_iov[i].iov_len = self->input_octets;
    message->msg_iov = &self->rx_iov[i];
    message->msg_iovlen = 1;
    message->msg_name = &self->names[i];
    if (self->wildcard) message->msg_control = &self->control[i];
  }
}

/* open(host, port, reusePort, receiveOctets, slots, inputOctets, outputOctets, input, output, peers, lengths, onBatch): a socket, not reading yet.
 * onBatch is given how many datagrams came; below 0: -errno, of the socket. */
static napi_value door_open(napi_env env, napi_callback_info info) {
  size_t argc = 12;
  napi_value argv[12];
  char host[64];
  int32_t port, receive_octets;
  uint32_t slots, input_octets, output_octets;
  bool reuse_port;
  void *views[VIEWS];
  napi_valuetype type;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != napi_ok || argc != 12 || !read_text(env, argv[0], host, sizeof host) ||
      napi_get_value_int32(env, argv[1], &port) != napi_ok || port < 0 || port > 65535 || napi_get_value_bool(env, argv[2], &reuse_port) != napi_ok ||
      napi_get_value_int32(env, argv[3], &receive_octets) != napi_ok || napi_get_value_uint32(env, argv[4], &slots) != napi_ok || slots < 1 ||
      slots > MAX_SLOTS || napi_get_value_uint32(env, argv[5], &input_octets) != napi_ok || input_octets < 1 || input_octets > 65535 ||
      napi_get_value_uint32(env, argv[6], &output_octets) != napi_ok || output_octets < 1 || output_octets > 65535 ||
      !read_view(env, argv[7], napi_uint8_array, (size_t)slots * input_octets, &views[VIEW_INPUT]) ||
      !read_view(env, argv[8], napi_uint8_array, (size_t)slots * output_octets, &views[VIEW_OUTPUT]) ||
      !read_view(env, argv[9], napi_uint8_array, (size_t)slots * PEER_OCTETS, &views[VIEW_PEERS]) ||
      !read_view(env, argv[10], napi_int32_array, 2 * (size_t)slots + COUNTERS, &views[VIEW_LENGTHS]) ||
      napi_typeof(env, argv[11], &type) != napi_ok || type != napi_function) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "open: an argument has the wrong type or range");
    return NULL;
  }
  int family, wildcard;
  int fd = open_socket(SOCK_DGRAM, host, port, reuse_port, &family, &wildcard);
  if (fd < 0) return throw_errno(env, -fd, "bind");
  udp_batch *self = calloc(1, sizeof *self);
  uv_loop_t *loop;
  napi_value external, name;
  if (self == NULL || napi_get_uv_event_loop(env, &loop) != napi_ok) {
    close(fd);
    free(self);
    return throw_errno(env, ENOMEM, "open");
  }
  self->kind = KIND_UDP;
  self->env = env;
  self->fd = fd;
  self->family = family;
  self->wildcard = wildcard;
  self->slots = slots;
  self->input_octets = input_octets;
  self->output_octets = output_octets;
  self->input = views[VIEW_INPUT];
  self->output = views[VIEW_OUTPUT];
  self->peers = views[VIEW_PEERS];
  self->lengths = views[VIEW_LENGTHS];
  set_udp_options(fd, family, wildcard, receive_octets);
  prepare_messages(self);
  int error = uv_poll_init(loop, &self->poll, fd);
  if (error != 0) {
    close(fd);
    free(self);
    return throw_errno(env, -error, "poll");
  }
  self->poll.data = self;
  for (int i = 0; i < VIEWS; i++) napi_create_reference(env, argv[7 + i], 1, &self->views[i]);
  napi_create_reference(env, argv[11], 1, &self->callback);
  napi_create_string_utf8(env, "dnsteer:udp", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &self->context);
  napi_add_async_cleanup_hook(env, on_cleanup, self, &self->cleanup);
  if (napi_create_external(env, self, on_finalize, NULL, &external) != napi_ok) {
    self->external_gone = 1;
    shut(self);
    return throw_errno(env, ENOMEM, "open");
  }
  return external;
}

/* read(socket): batches from now on. */
static napi_value door_read(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  udp_batch *self = argc == 1 ? read_self(env, argv[0]) : NULL;
  if (self != NULL && !self->closed) uv_poll_start(&self->poll, UV_READABLE, on_poll);
  return NULL;
}

/* facts(socket): [port, octets of the receive buffer, waiting answers, datagrams that the kernel dropped in the life of the socket]. */
static napi_value door_facts(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1], result, value;
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  udp_batch *self = argc == 1 ? read_self(env, argv[0]) : NULL;
  if (self == NULL || self->closed) return throw_errno(env, EBADF, "facts");
  int receive_octets = 0;
  socklen_t length = sizeof receive_octets;
  getsockopt(self->fd, SOL_SOCKET, SO_RCVBUF, &receive_octets, &length);
  const uint32_t facts[4] = {(uint32_t)bound_port(self->fd), (uint32_t)receive_octets, self->tx_count - self->tx_next, dropped(self->fd)};
  napi_create_array_with_length(env, 4, &result);
  for (uint32_t i = 0; i < 4; i++) {
    napi_create_uint32(env, facts[i], &value);
    napi_set_element(env, result, i, value);
  }
  return result;
}

/* send(socket, octets, peer): one answer that came later; false when the kernel takes none at present. */
static napi_value door_send(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3], result;
  void *octets = NULL, *peer_octets = NULL;
  size_t length = 0;
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  udp_batch *self = argc == 3 ? read_self(env, argv[0]) : NULL;
  if (self == NULL || !read_view(env, argv[1], napi_uint8_array, 1, &octets) || !read_view(env, argv[2], napi_uint8_array, PEER_OCTETS, &peer_octets)) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "send: an argument has the wrong type");
    return NULL;
  }
  napi_get_typedarray_info(env, argv[1], NULL, &length, NULL, NULL, NULL);
  int taken = 0;
  if (!self->closed && self->tx_next == self->tx_count) {
    const uint8_t *peer = peer_octets;
    struct sockaddr_storage name;
    struct iovec iov = {octets, length};
    struct msghdr message = {&name, 0, &iov, 1, NULL, 0, 0};
    control_t control;
    message.msg_namelen = read_peer(peer, self->family, &name);
    if (self->wildcard) put_source(&message, &control, self->family, peer);
    ssize_t sent;
    do sent = sendmsg(self->fd, &message, MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    taken = sent >= 0;
    if (!taken && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS) {
      count(self, COUNTER_UNSENT, 1);
      taken = 1;
    }
  }
  napi_get_boolean(env, taken, &result);
  return result;
}

/* close(socket): nothing is read or sent any more. */
static napi_value door_close(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  udp_batch *self = argc == 1 ? read_self(env, argv[0]) : NULL;
  if (self == NULL || self->closed) return NULL;
  shut(self);
  for (int i = 0; i < VIEWS; i++) napi_delete_reference(env, self->views[i]);
  napi_delete_reference(env, self->callback);
  napi_async_destroy(env, self->context);
  return NULL;
}

/* bindTcp(host, port, reusePort): the descriptor of a bound TCP socket, to be listened on by `net`. */
static napi_value door_bind_tcp(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3], result;
  char host[64];
  int32_t port;
  bool reuse_port;
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  if (argc != 3 || !read_text(env, argv[0], host, sizeof host) || napi_get_value_int32(env, argv[1], &port) != napi_ok || port < 0 ||
      port > 65535 || napi_get_value_bool(env, argv[2], &reuse_port) != napi_ok) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "bindTcp: an argument has the wrong type or range");
    return NULL;
  }
  int family, wildcard;
  int fd = open_socket(SOCK_STREAM, host, port, reuse_port, &family, &wildcard);
  if (fd < 0) return throw_errno(env, -fd, "bind");
  napi_create_int32(env, fd, &result);
  return result;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor doors[] = {
      {"open", NULL, door_open, NULL, NULL, NULL, napi_enumerable, NULL},     {"read", NULL, door_read, NULL, NULL, NULL, napi_enumerable, NULL},
      {"facts", NULL, door_facts, NULL, NULL, NULL, napi_enumerable, NULL},   {"send", NULL, door_send, NULL, NULL, NULL, napi_enumerable, NULL},
      {"close", NULL, door_close, NULL, NULL, NULL, napi_enumerable, NULL},   {"bindTcp", NULL, door_bind_tcp, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof doors / sizeof *doors, doors);
  define_tcp_doors(env, exports);
  return exports;
}
