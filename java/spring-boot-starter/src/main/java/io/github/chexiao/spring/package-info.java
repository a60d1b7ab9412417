/**
 * A {@link io.github.chexiao.Client} for each account that a Spring Boot application names below {@code chexiao.accounts}: a bean of that name,
 * open from the start and closed at the end.
 */
package io.github.chexiao.spring;
