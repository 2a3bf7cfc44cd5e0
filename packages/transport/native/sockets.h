/* Opening sockets, of UDP and of TCP. */
#ifndef DNSTEER_SOCKETS_H
#define DNSTEER_SOCKETS_H

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#ifndef IP_PMTUDISC_OMIT
#define IP_PMTUDISC_OMIT 5
#endif
#ifndef IPV6_PMTUDISC_OMIT
#define IPV6_PMTUDISC_OMIT 5
#endif

static inline int parse_address(const char *host, int port, struct sockaddr_storage *address, socklen_t *length, int *wildcard) {
  struct sockaddr_in *v4 = (struct sockaddr_in *)address;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
  memset(address, 0, sizeof *address);
  if (uv_ip4_addr(host, port, v4) == 0) {
    *length = sizeof *v4;
    *wildcard = v4->sin_addr.s_addr == htonl(INADDR_ANY);
    return AF_INET;
  }
  if (uv_ip6_addr(host, port, v6) == 0) {
    *length = sizeof *v6;
    *wildcard = IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr);
    return AF_INET6;
  }
  return -1;
}

static inline int set(int fd, int level, int option, int value) { return setsockopt(fd, level, option, &value, sizeof value); }

/* A bound socket, or -errno. */
static inline int open_socket(int type, const char *host, int port, int reuse_port, int *family, int *wildcard) {
  struct sockaddr_storage address;
  socklen_t length;
  *family = parse_address(host, port, &address, &length, wildcard);
  if (*family < 0) return -EINVAL;
  int fd = socket(*family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int failed = (*family == AF_INET6 && set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) || (reuse_port && set(fd, SOL_SOCKET, SO_REUSEPORT, 1)) ||
               (type == SOCK_STREAM && set(fd, SOL_SOCKET, SO_REUSEADDR, 1)) || bind(fd, (struct sockaddr *)&address, length);
  if (!failed) return fd;
  int error = errno;
  close(fd);
  return -error;
}

static inline void set_udp_options(int fd, int family, int wildcard, int receive_octets) {
  set(fd, SOL_SOCKET, SO_RCVBUF, receive_octets);
  /* RFC 9715 3.1, R1 and R2: no fragments of our making on what a forged ICMP says of the path. */
  if (family == AF_INET) {
    set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
    if (wildcard) set(fd, IPPROTO_IP, IP_PKTINFO, 1);
  } else {
    set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
    if (wildcard) set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  }
}

/* What the kernel dropped because the receive buffer was full. It is the count that SO_RXQ_OVFL would put beside each datagram, which costs every one of them. */
static inline uint32_t dropped(int fd) {
  uint32_t memory[SK_MEMINFO_VARS] = {0};
  socklen_t length = sizeof memory;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length) != 0 || length <= SK_MEMINFO_DROPS * sizeof memory[0]) return 0;
  return memory[SK_MEMINFO_DROPS];
}

static inline int bound_port(int fd) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) return 0;
  return ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port : ((struct sockaddr_in6 *)&address)->sin6_port);
}

#endif
