/*
 * What a kernel may do and seldom does: calls that are interrupted, take or give a part, or nothing. test-asan.sh compiles the add-on with it (-include),
 * so that its calls are those below.
 */
#ifndef DNSTEER_FAULTS_H
#define DNSTEER_FAULTS_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define MAYBE_UNUSED __attribute__((unused))

/* 0 to below-1; another sequence for each value of FAULT_SEED. */
MAYBE_UNUSED static uint32_t fault_draw(uint32_t below) {
  static _Thread_local uint32_t state;
  if (state == 0) {
    const char *seed = getenv("FAULT_SEED");
    state = 2654435761u * (1 + (uint32_t)(seed == NULL ? 0 : atoi(seed)));
  }
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % below;
}

MAYBE_UNUSED static int fault_is_error(int first, int second) {
  uint32_t drawn = fault_draw(8);
  if (drawn > 1) return 0;
  errno = drawn == 0 ? first : second;
  return 1;
}

/* A part of it, sometimes. */
MAYBE_UNUSED static size_t fault_part(size_t of) { return of > 1 && fault_draw(3) == 0 ? 1 + fault_draw((uint32_t)of - 1) : of; }

MAYBE_UNUSED static ssize_t fault_recv(int fd, void *octets, size_t length, int flags) {
  return fault_is_error(EINTR, EAGAIN) ? -1 : recv(fd, octets, fault_part(length < 64 ? length : fault_draw(2) ? 64 : length), flags);
}

MAYBE_UNUSED static ssize_t fault_send(int fd, const void *octets, size_t length, int flags) {
  return fault_is_error(EINTR, EAGAIN) ? -1 : send(fd, octets, fault_part(length), flags);
}

MAYBE_UNUSED static ssize_t fault_sendmsg(int fd, const struct msghdr *message, int flags) {
  /* An answer over UDP that comes late is dropped when the kernel takes none: that is as it should be. */
  if (fault_is_error(EINTR, message->msg_name == NULL ? EAGAIN : EINTR)) return -1;
  if (message->msg_name != NULL || fault_draw(2) == 0) return sendmsg(fd, message, flags);
  return send(fd, message->msg_iov->iov_base, fault_part(message->msg_iov->iov_len), flags);
}

/* None twice, as an answer is given up then. */
MAYBE_UNUSED static int fault_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  static _Thread_local int had_none;
  if (fault_draw(8) == 0) {
    errno = EINTR;
    return -1;
  }
  if (!had_none && fault_draw(4) == 0) {
    had_none = 1;
    errno = fault_draw(2) ? ENOBUFS : EAGAIN;
    return -1;
  }
  had_none = 0;
  return sendmmsg(fd, messages, (unsigned)fault_part(count), flags);
}

/* Leaves an error on the socket, of which epoll tells: that of an ICMP message, which a socket does not get without asking for it. */
MAYBE_UNUSED static void fault_put_error(int fd) {
  struct sockaddr_in closed = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1, off = 0;
  if (setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on) != 0) return;
  sendto(fd, "", 0, MSG_DONTWAIT, (struct sockaddr *)&closed, sizeof closed);
  setsockopt(fd, IPPROTO_IP, IP_RECVERR, &off, sizeof off);
}

MAYBE_UNUSED static int fault_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout) {
  if (fault_is_error(EINTR, EAGAIN)) return -1;
  int received = recvmmsg(fd, messages, (unsigned)fault_part(count), flags, timeout);
  if (received < 0 && errno == EAGAIN) {
    if (fault_draw(8) == 0) fault_put_error(fd);
    errno = EAGAIN;
  }
  return received;
}

MAYBE_UNUSED static int fault_accept4(int fd, struct sockaddr *name, socklen_t *length, int flags) {
  return fault_is_error(EINTR, fault_draw(2) ? ECONNABORTED : EAGAIN) ? -1 : accept4(fd, name, length, flags);
}

MAYBE_UNUSED static int fault_epoll_wait(int fd, struct epoll_event *events, int most, int timeout) {
  return fault_is_error(EINTR, EINTR) ? -1 : epoll_wait(fd, events, (int)fault_part((size_t)most), timeout);
}

#define recv fault_recv
#define send fault_send
#define sendmsg fault_sendmsg
#define sendmmsg fault_sendmmsg
#define recvmmsg fault_recvmmsg
#define accept4 fault_accept4
#define epoll_wait fault_epoll_wait

#endif
